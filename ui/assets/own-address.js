"use strict";

/* A refused form answers a POST, often at an address that only takes forms: Reload and Back would ask whether to send it
   again, or find nothing. From here on the entry in the browser's history is the page itself. */
const { here } = document.documentElement.dataset;

if (here && document.getElementById("alert")) {
  history.replaceState(null, "", here);
}
