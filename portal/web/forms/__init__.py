"""What is typed on pages becomes what use cases take; shape is checked here, meaning in sharing.

One module per family of screens, named as its view module.
"""
