// Small aids; every page works without them.
"use strict";

// A form is not sent twice by a double click, and typed text is not lost by a stray click on a link.
for (const form of document.querySelectorAll("form[method=post]")) {
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => {
    changed = false;
    for (const button of form.querySelectorAll("button")) {
      setTimeout(() => { button.disabled = true; }, 0);
    }
  });
  if (form.hasAttribute("data-guarded")) {
    addEventListener("beforeunload", (event) => { if (changed) { event.preventDefault(); } });
  }
}

// Going back shows a page whose buttons work.
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button:disabled")) { button.disabled = false; }
});

// How many characters may still be typed.
for (const field of document.querySelectorAll("textarea[maxlength]")) {
  const told = document.createElement("span");
  told.className = "hint";
  told.setAttribute("aria-live", "polite");
  const tell = () => { told.textContent = `已写 ${[...field.value].length} 字，最多 ${field.maxLength} 字`; };
  field.addEventListener("input", tell);
  tell();
  field.after(told);
}

// Choosing a filter applies it.
for (const field of document.querySelectorAll("form[data-filter] select")) {
  field.addEventListener("change", () => field.form.requestSubmit());
}
