// Saves a draft while it is written: to the server after each pause, and to this browser at every change, until the
// server has it. A lost line, a session that ended or a crash lose nothing. Without this script the buttons save.
const PAUSE = 1000;
const MOST_KEPT_ALIVE = 60_000; // what a browser still sends while its page goes away
const LATER = [5_000, 15_000, 60_000];
const NOT_TEXT = ["csrfmiddlewaretoken", "opened"];

for (const form of document.querySelectorAll("form[data-autosave]")) prepare(form);

function prepare(form) {
  const key = form.dataset.autosave;
  const state = form.querySelector("[data-saved-state]");
  const dialog = document.querySelector("dialog[data-signed-out]");
  let [saved, waiting, tries, isStopped, isOnItsWay] = [text(form), 0, 0, false, false];
  let [saving, unanswered, isRenewed] = [null, null, false];

  const say = (words, isBad = true) => {
    if (state.textContent !== words) state.textContent = words;
    state.ariaBusy = false;
    state.classList.toggle("over", isBad);
  };
  const stop = (words) => {
    isStopped = true;
    say(words);
  };
  const plan = (pause) => {
    clearTimeout(waiting);
    if (!isStopped) waiting = setTimeout(save, pause);
  };

  function changed() {
    if (text(form) === saved) return;
    keep(key, form);
    state.ariaBusy = !isStopped;
    plan(PAUSE);
  }

  // One request at a time; what was written meanwhile follows. A text to which no answer came goes first once more:
  // the server may have it already, and would take a later one for somebody else's.
  function save() {
    clearTimeout(waiting);
    if (isStopped || (!unanswered && text(form) === saved)) return saving;
    saving ??= send().finally(() => {
      saving = null;
      if (!unanswered && text(form) !== saved) plan(PAUSE);
    });
    return saving;
  }

  async function send() {
    unanswered ??= { text: text(form), data: new URLSearchParams(new FormData(form)) };
    unanswered.data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    const keepalive = unanswered.data.toString().length < MOST_KEPT_ALIVE;
    const headers = { Accept: "application/json" };
    let response, answer;
    try {
      response = await fetch(form.action, { method: "POST", body: unanswered.data, headers, keepalive });
      answer = response.ok || response.status === 409 ? await response.json() : {};
    } catch {
      say(state.dataset.line);
      return plan(LATER[Math.min(tries++, 2)]);
    }
    if (response.ok) return arrived(answer);
    if (response.status === 409) {
      unanswered = null;
      return stop(answer.said);
    }
    if (response.status === 401 || response.status === 403) {
      if (!isRenewed && (await renew())) return send();
      return isRenewed ? stop(state.dataset.gone) : undefined;
    }
    if (response.status < 500 && response.status !== 429) return stop(state.dataset.gone);
    say(state.dataset.busy);
    plan(LATER[Math.min(tries++, 2)]);
  }

  function arrived({ said, opened, is_whole: isWhole }) {
    form.elements.opened.value = opened;
    [saved, unanswered, tries, isRenewed] = [unanswered.text, null, 0, false];
    if (isWhole && text(form) === saved) {
      drop(key);
      form.dispatchEvent(new Event("saved"));
    }
    say(said, !isWhole);
    state.ariaBusy = text(form) !== saved;
  }

  // A fresh token from the page itself; where it is not to be had, the way to sign in.
  async function renew() {
    const response = await fetch(form.action).catch(() => null);
    if (!response) return say(state.dataset.line);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("form[data-autosave]");
    if (fresh?.dataset.autosave === key) {
      form.elements.csrfmiddlewaretoken.value = fresh.elements.csrfmiddlewaretoken.value;
      isRenewed = true;
      return true;
    }
    if (fresh) return stop(state.dataset.stranger);
    if (!response.redirected) return stop(state.dataset.gone);
    say(state.dataset.signedOut);
    if (!dialog.open && !dialog.dataset.later) dialog.showModal();
  }

  async function comeBack() {
    if (!(await renew())) return;
    dialog.close();
    save();
  }
  dialog.querySelector("[data-signed-in]").addEventListener("click", async () => {
    const still = dialog.querySelector("[data-still]");
    await comeBack();
    still.textContent = dialog.open ? still.dataset.still : "";
  });
  dialog.querySelector("[data-later]").addEventListener("click", () => {
    dialog.dataset.later = "yes";
    dialog.close();
  });
  addEventListener("focus", () => dialog.open && comeBack());

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  addEventListener("online", () => save());
  addEventListener("visibilitychange", () => document.hidden && save());
  form.addEventListener("submit", async (event) => {
    if (isOnItsWay || isStopped || (!unanswered && text(form) === saved)) return;
    event.preventDefault();
    do await save();
    while (!unanswered && !isStopped && text(form) !== saved);
    if (unanswered) return;
    isOnItsWay = true;
    form.requestSubmit(event.submitter);
  });

  offer(key, form, changed);
}

// --- what a form says ---

function entries(form) {
  return [...new FormData(form)].filter(([name]) => !NOT_TEXT.includes(name));
}

function text(form) {
  return JSON.stringify(entries(form));
}

function grouped(pairs) {
  const groups = new Map();
  for (const [name, value] of pairs) {
    if (!/-(TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS$|-DELETE$/.test(name)) groups.set(name, [...(groups.get(name) ?? []), value]);
  }
  return groups;
}

// --- what this browser keeps; some keep nothing, and then the server alone has it ---

function keep(key, form) {
  const kept = { at: Date.now(), opened: form.elements.opened.value, fields: entries(form) };
  try {
    localStorage.setItem(key, JSON.stringify(kept));
  } catch {}
}

function kept(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function drop(key) {
  try {
    localStorage.removeItem(key);
  } catch {}
}

// --- words that never reached the server: shown beside what is saved, to take or to throw away ---

function offer(key, form, changed) {
  const section = document.querySelector("[data-kept]");
  const copy = kept(key);
  if (!copy || form.dataset.guard === "dirty") return;
  const [mine, theirs] = [grouped(copy.fields), grouped(entries(form))];
  const different = [...mine].filter(([name, values]) => values.join("\n") !== (theirs.get(name) ?? []).join("\n"));
  for (const name of theirs.keys()) if (!mine.has(name)) different.push([name, []]);
  if (!different.length) return drop(key);

  const list = section.querySelector("[data-kept-fields]");
  for (const [name, values] of different) {
    if (!values.join("") && !(theirs.get(name) ?? []).join("")) continue;
    const row = document.createElement("div");
    const said = (where, some) => `${where}: ${shown(form, name, some) || list.dataset.nothing}`;
    const both = [said(list.dataset.browser, values), said(list.dataset.server, theirs.get(name) ?? [])];
    row.append(element("dt", label(form, name)), element("dd", both.join("\n")));
    list.append(row);
  }
  const when = section.querySelector("[data-kept-at]");
  const { lang } = document.documentElement;
  const format = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, { dateStyle: "long", timeStyle: "short" });
  when.textContent = `${when.dataset.keptAt} ${format.format(copy.at)}`;
  section.hidden = false;
  section.querySelector("[data-kept-drop]").addEventListener("click", () => {
    drop(key);
    section.hidden = true;
    form.querySelector("input:not([type=hidden]), textarea, select").focus();
  });
  section.querySelector("[data-kept-take]").addEventListener("click", () => {
    take(form, copy, mine);
    section.hidden = true;
    changed();
  });
}

function element(name, words) {
  return Object.assign(document.createElement(name), { textContent: words, className: "words" });
}

function fields(form, name) {
  return [...form.elements].filter((field) => field.name === name);
}

function label(form, name) {
  const [field] = fields(form, name);
  const of = field?.matches("[type=checkbox], [type=radio]") ? field.closest("fieldset")?.querySelector("legend") : field?.labels?.[0];
  return (of ?? { innerText: name }).innerText.trim();
}

function shown(form, name, values) {
  const words = (value) => {
    const field = fields(form, name).find((one) => one.value === value && one.matches("[type=checkbox], [type=radio]"));
    const option = [...(fields(form, name)[0]?.options ?? [])].find((one) => one.value === value);
    return (option?.label ?? field?.labels[0].innerText ?? value).trim();
  };
  return values.map(words).join(", ");
}

// The traces of the kept text come with it, so that what others saved since is not overwritten but asked about.
function take(form, copy, mine) {
  for (const repeat of form.querySelectorAll("[data-repeat]")) {
    const total = repeat.querySelector("input[name$=-TOTAL_FORMS]");
    const wanted = Number(new Map(copy.fields).get(total.name) ?? 0);
    for (let more = wanted - Number(total.value); more > 0; more--) repeat.querySelector("button[name=add]").click();
  }
  for (const field of form.elements) {
    if (!field.name || field.type === "submit" || NOT_TEXT.includes(field.name)) continue;
    if (/_FORMS$|-DELETE$/.test(field.name)) continue;
    const values = mine.get(field.name) ?? [];
    if (field.matches("[type=checkbox], [type=radio]")) field.checked = values.includes(field.value);
    else field.value = values[0] ?? "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  form.elements.opened.value = copy.opened;
}
