// Buttons that print the page, or copy an address or a citation and say so; without this script they stay hidden.
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

for (const button of document.querySelectorAll("button[data-copied]")) {
  const label = button.querySelector("span");
  const words = label.textContent;
  const text = () => button.dataset.address ?? document.getElementById(button.dataset.from).textContent;
  label.setAttribute("aria-live", "polite");
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text().trim());
    label.textContent = button.dataset.copied;
    setTimeout(() => (label.textContent = words), 4000);
  });
}
