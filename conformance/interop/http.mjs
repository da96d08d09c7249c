// A browser without a window: cookies, redirects, forms. Enough to sign in on a login page as a person would.

const ENTITIES = { amp: "&", quot: '"', lt: "<", gt: ">", "#39": "'", "#x27": "'", "#34": '"', "#38": "&" };

const decode = (text) => text.replace(/&(amp|quot|lt|gt|#39|#x27|#34|#38);/gi, (_, name) => ENTITIES[name.toLowerCase()]);

function attributes(tag) {
  const found = {};
  for (const [, name, , , double, single, bare] of tag.matchAll(/([\w-]+)(=("([^"]*)"|'([^']*)'|([^\s>"']+)))?/g)) {
    found[name.toLowerCase()] = decode(double ?? single ?? bare ?? "");
  }
  return found;
}

/** Every form of a page: method, action, inputs and named buttons. */
export function forms(html) {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, head, body]) => ({
    ...attributes(head),
    inputs: [...body.matchAll(/<input\b([^>]*)>/gi)].map(([, tag]) => ({ type: "text", value: "", ...attributes(tag) })),
    buttons: [...body.matchAll(/<button\b([^>]*)>/gi)].map(([, tag]) => attributes(tag)),
  }));
}

export class Browser {
  #cookies = new Map();

  /** Follows redirects until a page, or until an address that starts with `away`, which is returned as `left`. */
  async open(url, { away, form } = {}) {
    let current = new URL(url);
    let body = form;
    for (let hop = 0; hop < 15; hop++) {
      const response = await this.#request(current, body);
      const location = response.headers.get("location");
      if (response.status < 300 || response.status > 399 || !location) {
        return { url: current, status: response.status, html: await response.text() };
      }
      await response.arrayBuffer();
      current = new URL(location, current);
      body = undefined;
      if (away && current.href.startsWith(away)) return { left: current };
    }
    throw new Error("redirect loop");
  }

  /** Fills in `form` of `page`: `values` by input type, hidden inputs as they are. */
  async submit(page, form, values, options) {
    const fields = new URLSearchParams();
    for (const input of form.inputs) {
      if (input.type === "hidden") fields.append(input.name, input.value);
      else if (values[input.type] !== undefined) fields.append(input.name, values[input.type]);
    }
    if (values.button?.name) fields.append(values.button.name, values.button.value ?? "");
    return this.open(new URL(form.action || page.url, page.url), { ...options, form: fields });
  }

  async #request(url, form) {
    const headers = { accept: "text/html", "accept-language": "en" };
    if (this.#cookies.size) headers.cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    if (form) headers.origin = url.origin;
    const response = await fetch(url, { method: form ? "POST" : "GET", body: form, headers, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) {
      const [pair, ...rest] = line.split(";");
      const at = pair.indexOf("=");
      const name = pair.slice(0, at).trim();
      if (rest.some((attribute) => /^\s*max-age=0\s*$/i.test(attribute))) this.#cookies.delete(name);
      else this.#cookies.set(name, pair.slice(at + 1));
    }
    return response;
  }

  /** The last button of a form is the one that goes on. From the authorization URL through login (and consent, if asked) to the redirect URI. */
  async signIn(url, { email, password, redirectUri }) {
    let page = await this.open(url, { away: redirectUri });
    for (let step = 0; step < 4 && !page.left; step++) {
      const all = forms(page.html);
      const login = all.find((form) => form.inputs.some((input) => input.type === "password"));
      const consent = all.find((form) => /consent/.test(form.action ?? ""));
      if (login) page = await this.submit(page, login, { email, text: email, password }, { away: redirectUri });
      else if (consent) page = await this.submit(page, consent, { button: consent.buttons.at(-1) }, { away: redirectUri });
      else throw new Error(`no form to fill in (status ${page.status} at ${page.url.pathname})`);
    }
    if (!page.left) throw new Error("the login page leads nowhere");
    return page.left;
  }
}
