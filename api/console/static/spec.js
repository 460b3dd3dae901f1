// The form of a source: a choice shows its own fields at once. Without this script the button beside it does.

/** @param {HTMLSelectElement} select */
const show = (select) => {
  const choice = select.closest("[data-choice]");
  for (const branch of choice.querySelectorAll("[data-branch]")) {
    if (branch.closest("[data-choice]") !== choice) continue;
    const chosen = branch.dataset.branch === select.value;
    branch.hidden = !chosen;
    branch.disabled = !chosen;
  }
};

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-choose]")) show(event.target);
});
