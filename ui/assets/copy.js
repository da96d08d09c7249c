"use strict";

/* Gives what has to be kept a button that copies it, and says whether that worked. Without script the text can be
   selected: a click selects it whole (`user-select: all`). */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; /* Not allowed, or the browser has no such thing. */
  }
}

document.querySelectorAll("button[data-copy]").forEach((button) => {
  const status = document.getElementById(button.dataset.status);
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    const done = await copied(source.textContent);
    if (!done) {
      getSelection().selectAllChildren(source);
    }
    /* Emptied first, so that the same words are announced a second time. */
    status.textContent = "";
    requestAnimationFrame(() => {
      status.textContent = done ? button.dataset.done : button.dataset.failed;
    });
  });
  button.hidden = false;
});
