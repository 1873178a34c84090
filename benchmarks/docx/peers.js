// Warm, in-process renders of docxtemplater and Carbone. Reads one JSON job from stdin, writes one JSON answer.
// Job: {fixtures: [{name, data, docxtemplater, carbone}], seconds}; template values are paths.
'use strict'
const fs = require('fs')
const PizZip = require('pizzip')
const Docxtemplater = require('docxtemplater')
const carbone = require('carbone')

function withDocxtemplater (bytes, data) {
  const document = new Docxtemplater(new PizZip(bytes), { paragraphLoop: true, linebreaks: true })
  document.render(data)
  return document.getZip().generate({ type: 'nodebuffer', compression: 'DEFLATE' })
}

function withCarbone (path, data) {
  return new Promise((resolve, reject) => {
    carbone.render(path, data, {}, (error, result) => error ? reject(error) : resolve(result))
  })
}

async function measure (render, seconds) {
  const times = []
  for (let i = 0; i < 40; i++) await render() // let the JIT finish
  const end = process.hrtime.bigint() + BigInt(Math.round(seconds * 1e9))
  while (times.length < 10 || process.hrtime.bigint() < end) {
    const start = process.hrtime.bigint()
    await render()
    times.push(Number(process.hrtime.bigint() - start) / 1e6)
  }
  times.sort((a, b) => a - b)
  return { median_ms: times[times.length >> 1], p95_ms: times[Math.floor(times.length * 0.95)], runs: times.length }
}

async function main () {
  const job = JSON.parse(fs.readFileSync(0, 'utf8'))
  const answer = {}
  for (const fixture of job.fixtures) {
    const bytes = fs.readFileSync(fixture.docxtemplater)
    const peers = {
      docxtemplater: async () => withDocxtemplater(bytes, fixture.data),
      carbone: async () => withCarbone(fixture.carbone, fixture.data)
    }
    answer[fixture.name] = {}
    for (const [name, render] of Object.entries(peers)) {
      const output = Buffer.from(await render()).toString('base64')
      answer[fixture.name][name] = { ...(await measure(render, job.seconds)), output }
    }
  }
  answer.versions = {
    node: process.version,
    docxtemplater: require('docxtemplater/package.json').version,
    carbone: require('carbone/package.json').version
  }
  process.stdout.write(JSON.stringify(answer), () => process.exit(0)) // Carbone keeps timers alive
}

main().catch(error => { console.error(error); process.exit(1) })
