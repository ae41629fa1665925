"""The requirements of OWASP ASVS 5.0: for each what shows it, why it does not apply, or what is missing."""
