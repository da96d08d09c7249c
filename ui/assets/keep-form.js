"use strict";

/* The address typed so far survives a change of language. The tab holds it only until the next page has read it. */
const KEPT = "tegata-email";
const email = document.getElementById("email");

function take() {
  const kept = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  return kept;
}

try {
  const kept = take();
  if (kept && !email.value) {
    email.value = kept;
  }
  document.querySelectorAll("a[hreflang]").forEach((link) => {
    link.addEventListener("click", () => sessionStorage.setItem(KEPT, email.value));
  });
} catch {
  /* The browser keeps nothing for this site: the address has to be typed again. */
}
