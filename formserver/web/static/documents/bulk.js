// Waits for a run in the worker and shows how far it is.
const card = document.querySelector("[data-bulk-state]");

async function look(count) {
  const answer = await fetch(card.dataset.bulkState, { headers: { Accept: "application/json" } }).catch(() => null);
  const run = answer?.ok ? await answer.json() : null;
  if (run?.ended) {
    location.reload();
    return;
  }
  if (run) {
    card.querySelector("[data-bulk-text]").textContent = run.error ? `${run.text}（上次：${run.error}）` : run.text;
    card.querySelector("[data-bulk-progress]").value = run.progress;
  }
  setTimeout(() => look(count + 1), count < 20 ? 700 : 3000);
}

if (card) look(0);
