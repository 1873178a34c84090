// Waits for the PDF and shows it when it is there.
for (const line of document.querySelectorAll("[data-pdf-job]")) {
  if (line.dataset.state === "waiting" || line.dataset.state === "running") follow(line, 0);
}

function follow(line, count) {
  setTimeout(async () => {
    const answer = await fetch(line.dataset.pdfJob, { headers: { Accept: "application/json" } }).catch(() => null);
    const job = answer?.ok ? await answer.json() : null;
    if (job && (job.state === "done" || job.state === "failed")) {
      location.reload();
      return;
    }
    if (job) line.querySelector("[data-pdf-text]").textContent = job.error ? `${job.text}（上次：${job.error}）` : job.text;
    if (count < 120) follow(line, count + 1);
  }, count < 10 ? 1000 : 5000);
}
