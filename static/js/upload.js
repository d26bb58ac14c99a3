// Checks a file before it is sent, shows a picture, and sends the form with a bar that tells how far it is. Without
// this script the form is sent as it is: the server checks everything again in any case.
const MEGABYTE = 1024 * 1024;

function prepare(form) {
  const field = form.querySelector("input[type=file]");
  const preview = form.querySelector("[data-preview]");
  const chosen = form.querySelector("[data-chosen]");

  function check() {
    const file = field.files[0];
    const kinds = field.accept.split(",").map((kind) => kind.trim().toLowerCase());
    const isRight = kinds.some((kind) => file.type === kind || file.name.toLowerCase().endsWith(kind));
    const isSmall = file.size <= Number(field.dataset.megabytes) * MEGABYTE;
    const size = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
    const wrong = isRight ? (isSmall ? "" : chosen.dataset.tooLarge) : chosen.dataset.wrongKind;
    chosen.textContent = wrong || `${file.name}, ${size.format(file.size / MEGABYTE)} MB`;
    chosen.classList.toggle("error", Boolean(wrong));
    field.setAttribute("aria-invalid", Boolean(wrong));
    return !wrong;
  }

  field?.addEventListener("change", () => {
    if (preview) preview.hidden = true;
    if (!field.files.length) chosen.textContent = "";
    else if (check() && preview) show(field.files[0], preview);
  });
  form.addEventListener("submit", (event) => {
    if (!field?.files.length) return;
    event.preventDefault();
    if (check()) send(form, field);
    else field.focus();
  });
}

function show(file, preview) {
  const reader = new FileReader();
  reader.addEventListener("load", () => {
    preview.src = reader.result;
    preview.hidden = false;
  });
  reader.readAsDataURL(file);
}

function send(form, field) {
  const progress = form.querySelector("[data-progress]");
  const button = form.querySelector("button[type=submit]");
  const request = new XMLHttpRequest();
  progress.hidden = false;
  button.disabled = true;
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    progress.querySelector("progress").value = (100 * loaded) / total;
  });
  request.upload.addEventListener("load", () => {
    const said = progress.querySelector("[data-arrived]");
    said.textContent = said.dataset.arrived;
  });
  request.addEventListener("load", () => {
    if (request.getResponseHeader("Content-Type")?.startsWith("application/json")) {
      location.assign(JSON.parse(request.responseText).next);
    } else if (request.status < 500) {
      takeOver(new DOMParser().parseFromString(request.responseText, "text/html"), field);
    } else form.submit();
  });
  request.addEventListener("error", () => form.submit());
  request.open("POST", location.href);
  request.setRequestHeader("Accept", "application/json, text/html");
  request.send(new FormData(form));
}

// The answer says what is wrong; the file that was chosen stays chosen.
function takeOver(answer, field) {
  document.title = answer.title;
  document.querySelector("main").replaceWith(answer.querySelector("main"));
  const form = document.querySelector("form[data-upload]");
  if (!form) return location.reload();
  form.querySelector("input[type=file]").replaceWith(field);
  prepare(form);
  field.dispatchEvent(new Event("change", { bubbles: true }));
  document.getElementById("errors")?.focus();
}

for (const form of document.querySelectorAll("form[data-upload]")) prepare(form);
