"use strict";

/* Passkeys (Web Authentication Level 3). The page has a form for each thing to do with one: hidden until the browser is
   known to understand it. It asks for a challenge, has the browser answer it, and sends the answer as a form, so that
   what follows is a page like any other. All words come from the page. */

/* The server forgets a challenge after five minutes. */
const CHALLENGE_LIFE = 4 * 60 * 1000;

/* The challenge was refused: the page is out of date, and its address leads to the right one. */
class OutOfDate extends Error {}

function toBytes(text) {
  const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

function toText(buffer) {
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

const named = (list) => (list ?? []).map((one) => ({ ...one, id: toBytes(one.id) }));

function creationOptions(json) {
  if (PublicKeyCredential.parseCreationOptionsFromJSON) {
    return PublicKeyCredential.parseCreationOptionsFromJSON(json);
  }
  const user = { ...json.user, id: toBytes(json.user.id) };
  return { ...json, user, challenge: toBytes(json.challenge), excludeCredentials: named(json.excludeCredentials) };
}

function requestOptions(json) {
  if (PublicKeyCredential.parseRequestOptionsFromJSON) {
    return PublicKeyCredential.parseRequestOptionsFromJSON(json);
  }
  return { ...json, challenge: toBytes(json.challenge), allowCredentials: named(json.allowCredentials) };
}

function toJson(credential) {
  try {
    return credential.toJSON();
  } catch {
    /* An older browser, or a password manager that stands in for it. */
    return writtenOut(credential);
  }
}

function writtenOut({ id, rawId, type, response }) {
  const answer = { clientDataJSON: toText(response.clientDataJSON) };
  if (response.attestationObject) {
    answer.attestationObject = toText(response.attestationObject);
    answer.transports = response.getTransports?.() ?? [];
  } else {
    answer.authenticatorData = toText(response.authenticatorData);
    answer.signature = toText(response.signature);
    answer.userHandle = response.userHandle ? toText(response.userHandle) : null;
  }
  return { id, rawId: toText(rawId), type, response: answer, clientExtensionResults: {} };
}

async function challenge(form) {
  const answer = await fetch(form.dataset.options, {
    method: "POST",
    body: new URLSearchParams({ csrf: form.elements.csrf.value }),
    headers: { accept: "application/json" },
    redirect: "manual",
  });
  if (!answer.ok) {
    throw new OutOfDate();
  }
  return answer.json();
}

function send(form, ceremony, credential) {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "ceremony";
  field.value = ceremony;
  form.elements.ceremony?.remove();
  form.append(field);
  form.elements.credential.value = credential;
  /* Past the listener that began all this. */
  form.submit();
}

async function ask(form, more = {}) {
  const { ceremony, publicKey } = await challenge(form);
  const credential =
    form.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey: creationOptions(publicKey), ...more })
      : await navigator.credentials.get({ publicKey: requestOptions(publicKey), ...more });
  send(form, ceremony, JSON.stringify(toJson(credential)));
}

async function press(form) {
  const button = form.querySelector("button");
  const status = form.querySelector("[data-passkey-status]");
  status.textContent = "";
  button.disabled = true;
  try {
    await ask(form);
  } catch (error) {
    if (error instanceof OutOfDate) {
      location.replace(location.pathname);
    } else if (["NotAllowedError", "AbortError", "TypeError"].includes(error.name)) {
      /* The person said no, was too slow, or the network is gone. */
      status.textContent = status.dataset.cancelled;
    } else {
      /* Without an answer: the page that comes back says that it did not work. */
      send(form, "", "");
    }
  } finally {
    button.disabled = false;
  }
}

/* Where the page has a field for it, passkeys also stand among what the browser suggests there. */
function suggest(form, field) {
  let waiting = null;

  async function wait() {
    if (waiting) {
      return;
    }
    waiting = new AbortController();
    const { signal } = waiting;
    const tooLate = setTimeout(stop, CHALLENGE_LIFE);
    try {
      await ask(form, { mediation: "conditional", signal });
    } catch {
      /* Nothing was chosen. The button is there all the same. */
    } finally {
      clearTimeout(tooLate);
    }
  }

  function stop() {
    waiting?.abort();
    waiting = null;
  }

  field.addEventListener("focus", wait);
  wait();
  return stop;
}

async function prepare(form) {
  form.hidden = false;
  let stop = () => {};
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    /* A browser does one thing with passkeys at a time. */
    stop();
    press(form);
  });
  const field = document.querySelector("input[autocomplete~=webauthn]");
  if (field && form.dataset.passkey === "get" && (await PublicKeyCredential.isConditionalMediationAvailable?.())) {
    stop = suggest(form, field);
  }
}

if (window.PublicKeyCredential && navigator.credentials) {
  document.querySelectorAll("form[data-passkey]").forEach(prepare);
}
