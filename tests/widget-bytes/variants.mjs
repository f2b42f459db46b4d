// The variants of the widget whose sizes are compared in widget/DESIGN.md: changes to a copy of the sources.

/** The change that keeps the dead functions. */
const WITH_DEAD = { file: 'edge/tools/trim.mjs', find: '  writeFileSync(reached, withoutDead(readFileSync(reached)));\n', replace: '' };

/** Allows a widget from which no export is removed. */
const WITH_EXPORTS = {
  file: 'edge/tools/trim.mjs',
  find: "  if (kept.exports.size >= all.exports.size || kept.imports.size >= all.imports.size) throw new Error('wasm-metadce removes nothing: every export is called');\n",
  replace: '',
};

/**
 * The variants. Each change replaces a text that appears in its file exactly once, or with `all` wherever it appears. `part` names the
 * total of the build that is compared, unless that is the usual page.
 */
export const VARIANTS = [
  { what: 'as it is', changes: [] },
  {
    what: 'with the screen for a code',
    part: 'code',
    changes: [],
  },
  {
    what: 'without `view!`: no receipts, no choice among brands',
    changes: [
      { file: 'widget/src/view.rs', find: '    bind.content(ids::RECEIPTS, receipts::receipts);\n', replace: '' },
      { file: 'widget/src/view/form.rs', find: '    bind.content(ids::CHOICE, choice);\n', replace: '' },
    ],
  },
  {
    what: 'the form built by `view!` as well',
    changes: [
      {
        file: 'widget/src/view/form.rs',
        find: '    bind.hidden(ids::FORM, |model| !model.has_form());\n',
        replace: `    if let Some(main) = dom::by_id("checkout").filter(|_| dom::by_id(ids::FORM).is_none()) {
        let field = |name: &'static str, label: Word, kind: &'static str| view! {
            <div class="field">
                <label for=name>{Texts.text(label)}</label>
                <p class="hint" id=[name, "-hint"].concat()></p>
                <input id=name name=name dir="ltr" type=kind autocapitalize="none" spellcheck="false" enterkeyhint="go"/>
                <p class="error" id=[name, "-error"].concat()></p>
            </div>
        };
        append(&main, view! {
            <form id=ids::FORM method="post" novalidate>
                <input type="hidden" name="attempt"/>
                <p class="line" id=ids::NEXT_VOUCHER></p>
                <fieldset class="choice" id=ids::CHOICE></fieldset>
                {field("pin", Word::Pin, "text")}
                <details id=ids::PART><summary>{Texts.text(Word::PartButton)}</summary>{field("amount", Word::Amount, "text")}</details>
                {field("phone", Word::Phone, "tel")}
                {field("email", Word::Email, "email")}
                <p class="fee" id=ids::FEE></p>
                <p class="fee" id=ids::LAST_VOUCHER></p>
                <button class="button" id=ids::PAY type="submit"></button>
            </form>
        });
    }
    bind.hidden(ids::FORM, |model| !model.has_form());
`,
      },
    ],
  },
  {
    what: 'with `--cfg erase_components`',
    changes: [{ file: 'edge/tools/wasm-flags.mjs', find: '-Zfmt-debug=none', replace: '-Zfmt-debug=none --cfg erase_components' }],
  },
  {
    what: 'with one `on:click` of leptos',
    changes: [
      {
        file: 'widget/src/view/receipts.rs',
        find: 'data-copy=copies data-print=prints>',
        replace: 'data-copy=copies data-print=prints on:click=|event| event.prevent_default()>',
      },
    ],
  },
  {
    what: 'with one `into_any`',
    changes: [{ file: 'widget/src/view/receipts.rs', find: '    view! { <p class="line">{text}</p> }', replace: '    view! { <p class="line">{text}</p> }.into_any()' }],
  },
  {
    what: 'with the arena `RwSignal`',
    changes: ['widget/src/app.rs', 'widget/src/view.rs', 'widget/src/view/bind.rs'].map((file) => (
      { file, find: 'ArcRwSignal', replace: 'RwSignal', all: true }
    )),
  },
  {
    // It formats text, so that the formatting is not dead.
    what: 'with the request builder of gloo-net, and the dead functions that `trim.mjs` empties',
    changes: [
      WITH_DEAD,
      {
        file: 'widget/src/api.rs',
        find: '        let response = Request::from(request).send().await.ok()?;\n',
        replace: `        let builder = if method == "POST" { Request::post(&url) } else { Request::get(&url) };
        let bearer = ["Bearer ", access.secret.as_deref().unwrap_or_default()].concat();
        let builder = builder
            .header("Authorization", &bearer)
            .cache(web_sys::RequestCache::NoStore)
            .credentials(web_sys::RequestCredentials::Omit)
            .abort_signal(Some(&request.signal()));
        let built = match submission {
            Some(submission) => builder
                .header("Idempotency-Key", &submission.key)
                .header("Content-Type", "application/json")
                .body(submission.body.as_str()),
            None => builder.build(),
        };
        let response = built.ok()?.send().await.ok()?;
`,
      },
    ],
  },
  {
    what: 'without gloo-net',
    changes: [
      {
        file: 'widget/src/api.rs',
        find: `        let response = Request::from(request).send().await.ok()?;
        Some((response.status(), JsonNode::parse(&response.text().await.ok()?)))`,
        replace: `        let response = js_sys::futures::JsFuture::from(window().fetch_with_request(&request)).await.ok()?;
        let response: web_sys::Response = response.unchecked_into();
        let text = js_sys::futures::JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
        Some((response.status(), JsonNode::parse(&text)))`,
      },
      { file: 'widget/src/api.rs', find: 'use gloo_net::http::Request;\n', replace: '' },
      { file: 'widget/Cargo.toml', find: '    "RequestInit",\n', replace: '    "RequestInit",\n    "Response",\n' },
    ],
  },
  {
    what: 'with the dead functions that `trim.mjs` empties',
    changes: [WITH_DEAD],
  },
  {
    what: 'with the exports that `trim.mjs` removes',
    changes: [
      WITH_EXPORTS,
      {
        file: 'edge/tools/trim.mjs',
        find: "  await runBinaryen(bin, 'wasm-metadce', [wasm, '--graph-file', roots, '-g', '-o', reached]);\n",
        replace: '  writeFileSync(reached, readFileSync(wasm));\n',
      },
    ],
  },
  {
    what: 'with all lines of JavaScript that `trim.mjs` cuts',
    changes: [WITH_EXPORTS, {
      file: 'edge/tools/trim.mjs',
      find: "  const cut = (text, what, pattern, by = '') => {\n",
      replace: "  const cut = (text, what, pattern, by = '') => {\n    if (!['the initialisation', 'the prototype'].includes(what)) return text;\n",
    }],
  },
];
