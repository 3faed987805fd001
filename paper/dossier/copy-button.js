// A button that copies a text, and says that it did.
export function copyButton(label, text, shown) {
  const both = document.createElement("span");
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: label });
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      said.textContent = "Copied.";
    } catch {
      // Where the clipboard is closed to a page, the reader copies what is selected.
      getSelection().selectAllChildren(shown);
      said.textContent = "Selected, to be copied.";
    }
  });
  both.append(button, " ", said);
  return both;
}
