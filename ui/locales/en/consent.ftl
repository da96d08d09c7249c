# Consent, logout, and handing over the response

consent-title = Allow access
consent-lead = “{ $client }” is asking for permission to:
consent-account = Signed in as
consent-host = Goes to
consent-lasts = Valid
consent-lasts-days = Up to { $days } days, also after you log out
consent-lasts-session = Until you log out
consent-claims = Shares: { $claims }
consent-read = Before you allow this, read what they say:
consent-policy = Privacy policy
consent-terms = Terms of service
consent-allow = Allow
consent-deny = Don’t allow
consent-revoke = You can take this permission back at any time. Contact the service's support to do so.

scope-openid = Confirm who you are
scope-profile = See your profile
scope-email = See your email address
scope-phone = See your phone number
scope-address = See your postal address
scope-contract = See your contract and your role in it
scope-claims = See the following
scope-offline_access = Keep using this permission when you are not present

claim-sub = your identifier in this service
claim-name = name
claim-family-name = family name
claim-given-name = given name
claim-middle-name = middle name
claim-nickname = nickname
claim-preferred-username = username
claim-profile = profile page
claim-picture = picture
claim-website = website
claim-gender = gender
claim-birthdate = date of birth
claim-email = email address
claim-email-verified = whether the email address is verified
claim-phone-number = phone number
claim-phone-number-verified = whether the phone number is verified
claim-address = postal address
claim-brand = the service you use
claim-contract-id = your contract’s identifier
claim-contract-name = your company’s name
claim-role = your role in the contract
claim-access-path = access path
claim-updated-at = when this was last updated
claim-locale = language
claim-zoneinfo = time zone

logout-title = Log out
logout-lead = Do you want to log out of { $brand }?
logout-lead-client = “{ $client }” has asked to log you out. Do you want to log out of { $brand }?
logout-yes = Log out
logout-no = Stay logged in

logged-out-title = You are logged out
logged-out-lead = Thank you for using our service. On a shared device, close the browser as well.
logged-out-stayed-title = You are still logged in
logged-out-stayed-lead = You have not been logged out.

form-post-title = Taking you to the service
form-post-lead = If nothing happens, choose “Continue”.
form-post-continue = Continue
