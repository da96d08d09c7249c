# Error pages: title = what happened, what = the explanation, do = what to do

problem-reference = Reference number: { $reference }
problem-detail = For developers:

problem-unknown-client-title = We can’t start the login
problem-unknown-client-what = The application that asked you to log in is not registered with this service.
problem-unknown-client-do = Log in again from the service you use. If this keeps happening, contact support and give the reference number.

problem-client-disabled-title = This application is not available
problem-client-disabled-what = The application that asked you to log in has been switched off.
problem-client-disabled-do = Contact the provider of the application.

problem-redirect-uri-mismatch-title = We can’t start the login
problem-redirect-uri-mismatch-what = The address to return to after logging in is not one the application has registered. For your safety we stopped here.
problem-redirect-uri-mismatch-do = Log in again from the service you use. If this keeps happening, contact support and give the reference number.

problem-request-malformed-title = We can’t read the login request
problem-request-malformed-what = The application sent a request that contains a mistake.
problem-request-malformed-do = Log in again from the service you use.

problem-request-too-large-title = Too much was sent
problem-request-too-large-what = What was sent is larger than we can accept.
problem-request-too-large-do = Try again from the service you use.

problem-interaction-expired-title = This page has expired
problem-interaction-expired-what = The login was started too long ago, or it has already been completed.
problem-interaction-expired-do = Please log in again from the beginning.

problem-interaction-elsewhere-title = The login can’t continue in this browser
problem-interaction-elsewhere-what = The login was started in a different browser, or this browser does not accept cookies.
problem-interaction-elsewhere-do = Allow cookies and log in again from the beginning in this browser.

problem-upstream-expired-title = Time is up
problem-upstream-expired-what = Logging in at the linked service took too long, or this procedure is already over.
problem-upstream-expired-do = Please try again from the beginning.

problem-upstream-elsewhere-title = The login can’t continue in this browser
problem-upstream-elsewhere-what = Logging in at the linked service was started in a different browser, or this browser does not accept cookies.
problem-upstream-elsewhere-do = If you did not start it, close this page. To continue, allow cookies and start again in this browser.

problem-upstream-malformed-title = We can’t read the answer of the linked service
problem-upstream-malformed-what = The answer contains a mistake, so we stopped the login.
problem-upstream-malformed-do = Log in again from the service you use. If this keeps happening, contact support and give the reference number.

problem-connection-disabled-title = This login method is not available
problem-connection-disabled-what = The connection to the linked service or to Active Directory has been switched off.
problem-connection-disabled-do = Log in another way, or ask your contract holder or an administrator.

problem-csrf-failed-title = We couldn’t accept what was sent
problem-csrf-failed-what = We couldn’t confirm that it was sent from our page. This happens when a page has been open for a long time or when cookies are off.
problem-csrf-failed-do = Go back, reload the page and try again.

problem-session-ended-title = Your login has ended
problem-session-ended-what = You have logged out, or nothing happened for a while.
problem-session-ended-do = Please log in again.

problem-consent-denied-title = Access was not allowed
problem-consent-denied-what = Nothing was shared with the application.
problem-consent-denied-do = Close this page and return to the service you use.

problem-forbidden-title = You can’t open this page
problem-forbidden-what = Your account is not allowed to do this.
problem-forbidden-do = If you need it, ask your contract holder or an administrator.

problem-not-found-title = Page not found
problem-not-found-what = The page has moved or been removed, or the address is wrong.
problem-not-found-do = Check the address, or continue from the service you use.

problem-method-not-allowed-title = This can’t be done here
problem-method-not-allowed-what = The address was opened in a way it does not accept.
problem-method-not-allowed-do = Try again from the service you use.

problem-misdirected-title = The service is not available at this address
problem-misdirected-what = The host name you opened does not belong to this service.
problem-misdirected-do = Check the address.

problem-too-many-requests-title = Too many attempts
problem-too-many-requests-what = There were many requests in a short time, so we have paused accepting them.
problem-too-many-requests-do = Wait a while and try again.

problem-overloaded-title = We are very busy right now
problem-overloaded-what = There are more requests than we can handle at the moment.
problem-overloaded-do = Wait a moment and try again.

problem-internal-title = Something went wrong
problem-internal-what = A problem on our side kept us from handling your request. It was nothing you entered.
problem-internal-do = Try again later. If this keeps happening, contact support and give the reference number.
