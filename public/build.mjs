// SPDX-License-Identifier: AGPL-3.0-or-later
// Builds what the browser loads into public/dist: styles, script, icons, fonts.
// Each file's name carries a hash of its content, so that browsers may keep it
// for ever; manifest.json tells public.go which name belongs to which file.
import { createHash } from 'node:crypto'
import { readFile, readdir, writeFile, rm, mkdir } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { dirname, join, parse } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import * as esbuild from 'esbuild'
import * as lightningcss from 'lightningcss'
import { PurgeCSS } from 'purgecss'
import * as sass from 'sass'

const here = dirname(fileURLToPath(import.meta.url))
const root = dirname(here)
const dist = join(here, 'dist')
const italia = join(root, 'node_modules/bootstrap-italia/src')
const manifest = {}

// Where the organisation chooses its own colour (views/layout/look.go), custom properties take the place of the blue that
// Bootstrap Italia bakes in, and of the shades that it makes of it. Without one nothing changes.
const shades = {
  '#06c': 'accent',
  '#005cb8': 'accent-strong', '#0059b3': 'accent-strong', '#0057ad': 'accent-strong', '#0052a3': 'accent-strong', '#125ca5': 'accent-strong',
  '#004d99': 'accent-deep', '#00478f': 'accent-deep', '#00438a': 'accent-deep', '#004080': 'accent-deep',
  '#036': 'accent-deepest',
  '#cce0f5': 'accent-pale',
  '#0066cc40': 'accent-glow',
}
const otherBlues = ['#0073e6'] // Bootstrap's name for a colour that no rule uses

// emit writes one file under its hashed name, with its compressed forms beside
// it, and notes the name in the manifest.
async function emit(name, body) {
  body = Buffer.from(body)
  const { name: stem, ext } = parse(name)
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 8)
  const file = `${stem}.${hash}${ext}`
  manifest[name] = file
  await writeFile(join(dist, file), body)
  if (ext === '.woff2') return // compressed already
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY }
  await writeFile(join(dist, file + '.br'), brotliCompressSync(body, { params }))
  await writeFile(join(dist, file + '.gz'), gzipSync(body, { level: 9 }))
}

// sources reads every file of the views that a person wrote, since these, and
// the script, decide which styles and icons are kept.
async function sources() {
  const views = join(root, 'views')
  if (!existsSync(views)) return []
  const names = (await readdir(views, { recursive: true })).sort()
  const written = names.filter(n => /\.(templ|go)$/.test(n) && !/_(templ|test)\.go$/.test(n))
  return Promise.all(written.map(async n => ({ raw: await readFile(join(views, n), 'utf8'), extension: 'html' })))
}

async function fonts() {
  for (const [name, weight] of [['titillium-regular', 'regular'], ['titillium-bold', '600']]) {
    const file = join(italia, `fonts/Titillium_Web/titillium-web-v10-latin-ext_latin-${weight}.woff2`)
    await emit(`${name}.woff2`, await readFile(file))
  }
}

async function styles(content) {
  const { css } = await sass.compileAsync(join(here, 'scss/app.scss'), {
    loadPaths: [join(italia, 'scss'), join(root, 'node_modules')],
    quietDeps: true,
    logger: sass.Logger.silent,
  })
  const [kept] = await new PurgeCSS().purge({
    content,
    css: [{ raw: css }],
    variables: false, // --bootstrap-italia-version says which release this is
    keyframes: true,
    fontFace: true,
    safelist: {
      // Tags that Markdown makes, and what the browser itself adds.
      standard: ['html', 'body', 'h2', 'h3', 'h4', 'p', 'a', 'ul', 'ol', 'li', 'blockquote', 'code', 'pre', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'strong', 'em', 'del', 'hr', 'is-invalid', 'is-valid'],
    },
  })
  // The content security policy forbids images from data: addresses; the views
  // draw those icons from the sprite instead.
  const own = kept.css.replace(/url\("data:(?:[^"\\]|\\.)*"\)/g, 'none')
  const linked = own.replace(/url\("?([\w-]+\.woff2)"?\)/g, (_, name) => `url(${manifest[name]})`)
  const { code } = lightningcss.transform({
    filename: 'app.css',
    code: Buffer.from(linked),
    minify: true,
    targets: { chrome: 105 << 16, firefox: 110 << 16, safari: (15 << 16) | (4 << 8) },
  })
  await emit('app.css', accented(code.toString()))
}

// accented puts the custom properties into a style sheet. A shade of the blue that it does not know, which another
// release of Bootstrap Italia may bring, would stay blue on a green page: it stops the build.
function accented(css) {
  return css.replace(/#[0-9a-f]{3,8}\b/g, colour => {
    if (shades[colour]) return `var(--${shades[colour]}, ${colour})`
    if (isBlue(colour) && !otherBlues.includes(colour)) throw new Error(`${colour} is a shade of the accent that shades does not name`)
    return colour
  })
}

// isBlue tells whether a colour is of the accent's hue, 210°, and as full.
function isBlue(colour) {
  const parts = colour.length < 6 ? [1, 2, 3].map(i => colour[i] + colour[i]) : [1, 3, 5].map(i => colour.slice(i, i + 2))
  const [r, g, b] = parts.map(v => parseInt(v, 16))
  return r === 0 && b > 40 && Math.abs(g / b - 0.5) < 0.02
}

// scripts builds each file of js/: app.js is every page's, the others are those of the pages that name them. Folders hold
// what they are made of.
async function scripts() {
  for (const name of (await readdir(join(here, 'js'))).filter(n => n.endsWith('.js')).sort()) {
    const { outputFiles } = await esbuild.build({
      entryPoints: [join(here, 'js', name)],
      bundle: true, minify: true, write: false, format: 'iife', target: 'es2020',
    })
    await emit(name, outputFiles[0].contents)
  }
}

// icons gathers the icons that the views name into one sprite.
async function icons(content) {
  const folder = join(italia, 'svg')
  const named = new Set(content.flatMap(c => c.raw.match(/\bit-[a-z0-9-]+/g) ?? []))
  const symbols = []
  for (const name of [...named].sort()) {
    const file = join(folder, `${name}.svg`)
    if (!existsSync(file)) continue // a class such as it-header-wrapper
    const svg = await readFile(file, 'utf8')
    const [, box] = svg.match(/viewBox="([^"]+)"/)
    const shape = svg.replace(/^[\s\S]*?<svg[^>]*>|<\/svg>\s*$/g, '').replace(/\s+/g, ' ')
    symbols.push(`<symbol id="${name}" viewBox="${box}">${shape}</symbol>`)
  }
  await emit('icons.svg', `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>`)
  await emit('favicon.svg', await readFile(join(here, 'icons/favicon.svg')))
}

await mkdir(dist, { recursive: true })
for (const name of await readdir(dist)) if (name !== '.keep') await rm(join(dist, name), { recursive: true })
const content = await sources()
await fonts()
await styles([...content, { raw: await readFile(join(here, 'js/app.js'), 'utf8'), extension: 'js' }])
await scripts()
await icons(content)
await writeFile(join(dist, 'manifest.json'), JSON.stringify(manifest, null, 2))
