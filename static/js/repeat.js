// Adds a row to a repeat at once; without this script "Save and add another" saves and brings an empty row.
for (const repeat of document.querySelectorAll("[data-repeat]")) {
  const button = repeat.querySelector("button[name=add]");
  const total = repeat.querySelector("input[name$=-TOTAL_FORMS]");
  const most = Number(repeat.querySelector("input[name$=-MAX_NUM_FORMS]").value);
  button.addEventListener("click", (event) => {
    const count = Number(total.value);
    if (count >= most) return;
    event.preventDefault();
    const row = repeat.querySelector("template").content.cloneNode(true);
    for (const element of row.querySelectorAll("*")) {
      for (const attribute of element.attributes) attribute.value = attribute.value.replaceAll("__prefix__", count);
    }
    button.parentElement.before(row);
    total.value = count + 1;
    repeat.querySelector(`[name="${total.name.replace("TOTAL_FORMS", count)}-${firstName(repeat)}"]`)?.focus();
  });
}

function firstName(repeat) {
  const names = repeat.querySelector("template").content.querySelectorAll("[name]");
  return [...names].find((field) => field.type !== "hidden")?.name.split("-").pop();
}
