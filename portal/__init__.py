"""How the portal is reached and run: web and JSON doors, command line, jobs, and the gate before them.

Not here: any rule about who may see what (sharing.release) or who is asking (auth).
"""
