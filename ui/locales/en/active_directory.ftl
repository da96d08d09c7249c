# Active Directory settings (manual, chapter 0)

active-directory-title = Active Directory
active-directory-lead = Connect your AD FS (Active Directory Federation Services), and your users can log in to { $brand } with their Active Directory accounts. AD FS 2016 and later are supported.

active-directory-users = What your users need
active-directory-users-lead = Give the connection ID to the users who will log in with an Active Directory account.
active-directory-internet-url = Login URL (internet)
active-directory-line-url = Login URL (line authentication)

active-directory-there = 1. Register with your AD FS
active-directory-there-lead = In AD FS Management, add an application group “Server application accessing a web API” and register this redirect URI. Permit the scopes openid and allatclaims.
active-directory-redirect-uri = Redirect URI
active-directory-line-redirect-uri = Redirect URI for line authentication

active-directory-here = 2. Set up the connection
active-directory-issuer = Issuer URL
active-directory-issuer-hint = The host name of your AD FS followed by “/adfs”, beginning with https://.
active-directory-client-id = Client ID
active-directory-client-id-hint = The “client identifier” of the server application.
active-directory-client-secret = Client secret
active-directory-client-secret-hint = The shared secret you generated among the credentials of the server application. It is not shown again once saved.
active-directory-client-secret-stored = Already set
active-directory-client-secret-kept = {" "}Leave the field empty to keep the secret that is set.
active-directory-subject-claim = Claim that identifies a user
active-directory-subject-claim-hint = The name of a claim whose value differs from user to user and never changes, such as the one your rule issues for objectGUID. If you have none, enter sub.
active-directory-subject-claim-warning = If you change the claim, users who have registered may no longer be able to log in with Active Directory and may have to set up their login method again.
active-directory-resource = Resource (identifier of the web API)
active-directory-resource-hint = The “identifier” of the web API. It brings the claims into the ID token.
active-directory-ca-certificate = Certificate of the authority
active-directory-ca-certificate-hint = Only if your own authority issued the server certificate of your AD FS: paste its root certificate in PEM form (text whose first line says BEGIN CERTIFICATE).

active-directory-save = Save
active-directory-identity-change = I have checked what this means for registered users.
active-directory-test = Test the connection
active-directory-test-hint = Checks the connection with what you have entered. Nothing is saved.
active-directory-saved = Your Active Directory settings have been saved.
active-directory-stopped = This connection has been stopped, so nobody can log in with Active Directory. Contact support.
active-directory-in-trouble = We check the discovery document of your AD FS regularly and could not the last time. Choose “Test the connection” to see why.
active-directory-staged-title = Change of endpoints
active-directory-staged = Your AD FS announces other endpoints than those that are saved. For your safety we still use the saved ones. If you expected a change to these endpoints, approve it.
active-directory-approve = Approve the change

active-directory-report = Result of the test
active-directory-report-sound = Everything is as it should be.
active-directory-report-fault = Something needs your attention. Check it and test again.
active-directory-report-secret = For safety, the client secret you entered has been cleared. Enter it again to save a new one.
active-directory-test-address = URL
active-directory-test-reach = Server and certificate
active-directory-test-discovery = Discovery document
active-directory-test-issuer = Issuer
active-directory-test-keys = Keys that verify signatures
active-directory-test-client = Client ID and secret
active-directory-test-clock = Clock
active-directory-test-passed = Passed
active-directory-test-failed = Check this
active-directory-test-skipped = Not checked

active-directory-failure-address-refused = We do not connect to this URL. Use an https URL with a host name that can be reached from the internet. If we need to reach an internal address, contact support.
active-directory-failure-unreachable = There was no answer from an AD FS. Check the host name, whether it is published to the internet (Web Application Proxy), your firewall, and that it is AD FS 2016 or later. AD FS 2012 R2 and earlier have no discovery document (OpenID Connect Discovery) and cannot be used.
active-directory-failure-certificate = The server certificate could not be verified. Check its expiry, its host name and the intermediate certificates. If your own authority issued it, enter that authority’s certificate.
active-directory-failure-document = The discovery document could not be read. Check the issuer URL, and that your AD FS is version 2016 or later.
active-directory-failure-other-issuer = The issuer in the discovery document is not the one you entered. Enter exactly the URL your AD FS uses, with or without a “/” at the end.
active-directory-failure-foreign-endpoint = The discovery document names endpoints on another host than your AD FS. Check the settings of your AD FS.
active-directory-failure-keys = There is no key that can verify signatures. Check the token-signing certificate of your AD FS (RSA, 2048 bits or more).
active-directory-failure-client = The client ID or the client secret is not right. Check the server application in your AD FS.
active-directory-failure-token-endpoint = The token endpoint did not answer as expected. Check the event log of your AD FS.
active-directory-failure-clock = The clock of your AD FS is { $seconds } seconds off. Check how the server keeps its time (NTP).
active-directory-failure-busy = Connecting to this server has failed several times, so we have paused it. Wait a while and try again.

active-directory-alert-fields = Check what you entered. The settings have not been saved.
active-directory-alert-issuer-missing = Enter the issuer URL.
active-directory-alert-issuer-malformed = This is not an issuer URL. It begins with https:// and has no “?” or “#”.
active-directory-alert-issuer-refused = We do not connect to this URL. Enter one with a host name that can be reached from the internet.
active-directory-alert-client-id-missing = Enter the client ID.
active-directory-alert-client-id-malformed = This is not a client ID. Copy the “client identifier” from your AD FS.
active-directory-alert-client-secret-missing = Enter the client secret.
active-directory-alert-client-secret-malformed = This is not a client secret. Copy the value that your AD FS generated.
active-directory-alert-subject-claim-missing = Enter the claim that identifies a user.
active-directory-alert-subject-claim-malformed = This is not the name of a claim.
active-directory-alert-resource-malformed = This is not the identifier of a web API.
active-directory-alert-ca-certificate-malformed = The certificate could not be read. Enter the certificate of an authority in PEM form.
active-directory-alert-identity-changed = You have changed what tells registered users apart (issuer, claim or client ID). They may no longer be able to log in and may have to set up their login method again. Check what this means, tick the box above “Save” and save.
active-directory-alert-changed-elsewhere = The settings were changed in another window, so yours have not been saved. The page shows the present settings. Check them and try again.
active-directory-alert-test-failed = The connection could not be verified, so the settings have not been saved.
active-directory-alert-too-many-requests = There have been many requests in a short time. Wait a while and try again.
