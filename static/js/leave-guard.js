// Asks before a half-written form is left that did not save itself (autosave.js); without this script the form works the same.
for (const form of document.querySelectorAll("form[data-guard]")) {
  const warn = (event) => event.preventDefault();
  const write = () => addEventListener("beforeunload", warn);
  if (form.dataset.guard === "dirty") write(); // it came back with something to mend, and is not saved
  form.addEventListener("input", write);
  form.addEventListener("change", write);
  for (const end of ["submit", "saved"]) form.addEventListener(end, () => removeEventListener("beforeunload", warn));
}
