"use strict";

/* Gives each password field an eye that shows what was typed. Without script there is no eye, and nothing is lost. */
const ICON = "http://www.w3.org/2000/svg";
const EYE = "M12 5c5 0 8.9 3.6 10.5 7-1.6 3.4-5.5 7-10.5 7S3.1 15.4 1.5 12C3.1 8.6 7 5 12 5Zm0 2.500a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9Zm0 2.200a2.3 2.3 0 1 1 0 4.6 2.3 2.3 0 0 1 0-4.600Z";
const SLASH = "M3.7 2.3 21.7 20.3 20.3 21.7 2.3 3.700Z";

function path(shape) {
  const element = document.createElementNS(ICON, "path");
  element.setAttribute("d", shape);
  element.setAttribute("fill", "currentColor");
  return element;
}

function addEye(field) {
  const icon = document.createElementNS(ICON, "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  const slash = path(SLASH);
  icon.append(path(EYE), slash);

  const eye = document.createElement("button");
  eye.type = "button";
  eye.className = "eye";
  eye.setAttribute("aria-controls", field.id);
  eye.append(icon);

  const show = (visible) => {
    field.type = visible ? "text" : "password";
    eye.setAttribute("aria-label", visible ? field.dataset.hide : field.dataset.show);
    slash.style.display = visible ? "" : "none";
  };
  eye.addEventListener("click", () => show(field.type === "password"));
  /* Hidden again before it is sent, so that browsers offer to save it and keep it out of their form history. */
  field.form.addEventListener("submit", () => show(false));

  const box = document.createElement("div");
  box.className = "password";
  field.before(box);
  box.append(field, eye);
  show(false);
  if (field.autofocus) {
    field.focus();
  }
}

document.querySelectorAll("input[type=password][data-show]").forEach(addEye);
