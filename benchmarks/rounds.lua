-- Asks for the paths given after `--` in turn, and prints one line that benchmarks/load.py reads.
local paths, made, at = {}, {}, 0

function init(args)
  paths = args
  for n, path in ipairs(paths) do made[n] = wrk.format("GET", path) end
end

function request()
  at = at % #made + 1
  return made[at]
end

function done(summary, latency, requests)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format("ROUND %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(95), failed))
end
