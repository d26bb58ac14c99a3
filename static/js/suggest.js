// Offers themes, places and practices while somebody types in a search field; without this script the field just searches.
const PAUSE = 150; // ms without a key before we ask

for (const field of document.querySelectorAll("input[data-suggest]")) {
  const panel = document.createElement("div");
  panel.className = "suggestions";
  panel.id = `${field.id}-suggestions`;
  panel.hidden = true;
  const status = document.createElement("p"); // says how many there are to those who do not see them
  status.className = "vh";
  status.setAttribute("role", "status");
  field.closest(".search").append(panel, status);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");
  let timer, asked, active;

  const options = () => [...panel.querySelectorAll("[role=option]")];

  const mark = (option) => {
    active?.removeAttribute("aria-selected");
    active = option;
    active?.setAttribute("aria-selected", "true");
    if (active) field.setAttribute("aria-activedescendant", active.id);
    else field.removeAttribute("aria-activedescendant");
    active?.scrollIntoView({ block: "nearest" });
  };

  const show = (isShown) => {
    mark(null);
    panel.hidden = !isShown;
    field.setAttribute("aria-expanded", String(isShown));
    status.textContent = isShown ? panel.querySelector("[role=listbox]").dataset.status : "";
    if (!isShown) asked?.abort();
  };

  const ask = async () => {
    asked?.abort();
    asked = new AbortController();
    const words = field.value.trim();
    if (words.length < 2) return show(false);
    try {
      const answer = await fetch(`${field.dataset.suggest}?${new URLSearchParams({ q: words })}`, { signal: asked.signal });
      if (!answer.ok) return show(false);
      panel.innerHTML = await answer.text();
    } catch {
      return; // the next key asks again, and Enter searches anyway
    }
    options().forEach((option, n) => (option.id = `${panel.id}-${n}`));
    const list = panel.querySelector("[role=listbox]");
    list.id = `${panel.id}-list`;
    field.setAttribute("aria-controls", list.id);
    show(options().length > 0 && document.activeElement === field);
  };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  field.addEventListener("keydown", (event) => {
    const all = options();
    if (panel.hidden) return;
    if (event.key === "Escape") {
      event.preventDefault(); // what was typed stays
      show(false);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const place = active ? all.indexOf(active) + step : step > 0 ? 0 : all.length - 1;
      mark(all[place] ?? null); // beyond the ends, back in the field
    } else if (event.key === "Enter" && active) {
      event.preventDefault();
      active.click();
    }
  });
  field.addEventListener("blur", () => setTimeout(() => show(false), PAUSE)); // a click on an option comes first
}
