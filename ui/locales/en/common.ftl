# Words of every page. { $brand } is the brand's name.

footer-language = Language
back = Back
back-to-service = Back to { $brand }
restart = Start again
list-separator = {", "}

password-show = Show password
password-hide = Hide password
