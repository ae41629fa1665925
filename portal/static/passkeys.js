// Forms that use or make a passkey: ask the server for options, the browser for the passkey, then send the form.
// A form says data-passkey="use" or "make" and data-options="where to ask"; its hidden field `answer` is filled.
// data-confirm is where to prove first that it is you.

const supported = "PublicKeyCredential" in window && "parseRequestOptionsFromJSON" in PublicKeyCredential;

async function answer(form) {
  const asked = await fetch(form.dataset.options, {
    method: "POST",
    body: new URLSearchParams({ csrf_token: form.elements.csrf_token.value }),
  });
  if (asked.status === 401 && form.dataset.confirm) {
    location.assign(form.dataset.confirm); // the proof of who somebody is has become too old
  }
  if (!asked.ok || asked.redirected) {
    throw new Error("refused");
  }
  const options = await asked.json();
  if (form.dataset.passkey === "make") {
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  }
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const told = form.querySelector("[data-told]");
  if (!supported) {
    told.textContent = "This browser has no passkeys. Use another way.";
    continue;
  }
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    told.textContent = "Follow what your device says.";
    try {
      const credential = await answer(form);
      form.elements.answer.value = JSON.stringify(credential.toJSON());
      form.submit();
    } catch {
      // closed by the person, or refused: both read the same, and nothing was done
      told.textContent = "No passkey was used. Nothing was done. Try again, or use another way.";
      button.disabled = false;
    }
  });
}
