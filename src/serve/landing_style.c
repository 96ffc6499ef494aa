#include "serve/landing_style.h"

#include "serve/landing.h"

#include <stddef.h>

/* Each pair of colours has a contrast of 4.5 at
 * least (WCAG 2.2, 1.4.3), which tests/clients/landing.sh computes. */
static const char colours[] =
    ":root{color-scheme:light dark;"
    "--sea:#0d3b5e;--on-sea:#fff;--soft-on-sea:#cfe0ee;"
    "--paper:#eef2f5;--card:#fff;--ink:#17242f;--soft:#4a5a68;"
    "--line:#cfd8df;--field:#fff;--edge:#6b7b88;"
    "--go:#0b5a94;--on-go:#fff;--go-hot:#083f69;"
    "--warn:#fdf1d3;--on-warn:#5a3d00;--warn-edge:#c28a10;"
    "--bad:#fde6e4;--on-bad:#8a1c12;--code:#edf1f4}\n"
    "@media(prefers-color-scheme:dark){:root{"
    "--sea:#0a2236;--on-sea:#f2f7fb;--soft-on-sea:#b4c8d9;"
    "--paper:#0f161c;--card:#19232c;--ink:#e6edf3;--soft:#a8b6c2;"
    "--line:#33424f;--field:#0f161c;--edge:#8293a1;"
    "--go:#8cc4f2;--on-go:#08233a;--go-hot:#b7dbf8;"
    "--warn:#352a0e;--on-warn:#f5dfa6;--warn-edge:#b98e2e;"
    "--bad:#3d1a17;--on-bad:#ffc2bb;--code:#23303b}}\n";

/* Phones first; what wide screens have besides comes last. */
static const char frame[] =
    "*{box-sizing:border-box}\n"
    "html{-webkit-text-size-adjust:100%;text-size-adjust:100%}\n"
    "body{margin:0;background:var(--paper);color:var(--ink);"
    "font:1rem/1.55 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',"
    "'DejaVu Sans',sans-serif;overflow-wrap:anywhere}\n"
    "header{background:var(--sea);color:var(--on-sea);"
    "padding:1.25rem 1rem 1.75rem}\n"
    ".wide{max-width:66rem;margin:0 auto}\n"
    ".brand{display:flex;align-items:center;gap:.75rem}\n"
    ".brand svg{width:2.75rem;height:2.75rem;flex:none}\n"
    "h1,h2,h3,h4{line-height:1.25;margin:0;text-wrap:balance}\n"
    "h1{font-size:1.6rem;letter-spacing:-.01em}\n"
    "h2{font-size:1.2rem;margin-bottom:.75rem}\n"
    "h3,h4{font-size:1.03rem}\n"
    "*+h3{margin-top:1rem}\n"
    "h2+h3,figcaption h3,summary h3,.way h3{margin-top:0}\n"
    "p,ol,ul{margin:.5rem 0}\n"
    "header p{color:var(--soft-on-sea);max-width:42rem}\n"
    "form{display:flex;flex-wrap:wrap;gap:.6rem;max-width:42rem;"
    "margin-top:1rem}\n"
    "label{flex:1 0 100%;font-weight:600}\n"
    "input{flex:9 1 14rem;min-width:0;min-height:3rem;padding:0 .85rem;"
    "font:inherit;color:var(--ink);background:var(--field);"
    "border:2px solid var(--edge);border-radius:.6rem}\n"
    "input::placeholder{color:var(--soft);opacity:1}\n"
    "button,.get{display:inline-flex;align-items:center;"
    "justify-content:center;min-height:3rem;padding:.4rem 1.3rem;font:inherit;"
    "font-weight:650;text-align:center;text-decoration:none;cursor:pointer;"
    "border:2px solid var(--go);border-radius:.6rem;"
    "background:var(--go);color:var(--on-go)}\n"
    "header button{flex:1 0 auto;background:var(--on-sea);color:var(--sea);"
    "border-color:var(--on-sea)}\n"
    ".get:hover{background:var(--go-hot);border-color:var(--go-hot)}\n"
    "details .get,.card .get{background:transparent;color:var(--go);"
    "min-height:2.75rem}\n"
    "details .get:hover,.card .get:hover{border-color:var(--go-hot);"
    "color:var(--go-hot)}\n"
    "a{color:var(--go)}\n"
    ":focus-visible{outline:3px solid var(--go);outline-offset:3px;"
    "border-radius:.3rem}\n"
    "header :focus-visible{outline-color:var(--on-sea)}\n"
    "main{padding:1.25rem 1rem}\n"
    "main.wide,footer.wide{max-width:68rem}\n"
    "footer{padding:.25rem 1rem 2rem;color:var(--soft);font-size:.9rem}\n";

static const char parts[] =
    ".for{margin:.25rem 0 1rem;font-size:1.15rem;scroll-margin-top:.75rem}\n"
    "section{background:var(--card);border:1px solid var(--line);"
    "border-radius:.9rem;padding:1.1rem 1.1rem 1.2rem;margin:0 0 1rem;"
    "scroll-margin-top:.75rem}\n"
    ".now{border:2px solid var(--go)}\n"
    ".way+.way{border-top:1px solid var(--line);margin-top:1.1rem;"
    "padding-top:1.1rem}\n"
    "ol,ul{padding-left:1.6rem}\n"
    "li{margin:.35rem 0}\n"
    "li::marker{font-weight:700;color:var(--go)}\n"
    ".note{color:var(--soft);font-size:.94rem}\n"
    "details{border-top:1px solid var(--line)}\n"
    "details:last-of-type{border-bottom:1px solid var(--line)}\n"
    "summary{display:flex;align-items:center;min-height:3rem;cursor:pointer;"
    "list-style:none}\n"
    "summary::-webkit-details-marker{display:none}\n"
    "summary::after{content:'';width:.55rem;height:.55rem;"
    "margin:0 .4rem 0 auto;flex:none;border:solid var(--soft);"
    "border-width:0 2px 2px 0;transform:rotate(45deg)}\n"
    "details[open]>summary::after{transform:rotate(225deg)}\n"
    "details>:last-child{margin-bottom:1.1rem}\n"
    "figure{margin:1rem 0 0}\n"
    ".code{background:#fff;border:1px solid var(--line);border-radius:.6rem;"
    "padding:.4rem;max-width:17rem}\n"
    ".code svg{display:block;width:100%;height:auto}\n"
    "figcaption{margin-top:.5rem}\n"
    "figcaption p{margin:.2rem 0 0}\n"
    "table{width:100%;border-collapse:collapse;margin:.75rem 0 1rem}\n"
    "caption{text-align:left;font-weight:650;padding-bottom:.3rem}\n"
    "th,td{text-align:left;vertical-align:top;padding:.45rem 0;"
    "border-top:1px solid var(--line)}\n"
    "th{width:7.5rem;padding-right:.8rem;font-weight:400;"
    "color:var(--soft)}\n"
    "code{font:600 .95em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"
    "'DejaVu Sans Mono',monospace;background:var(--code);"
    "border-radius:.3rem;padding:.1rem .35rem;-webkit-user-select:all;"
    "user-select:all;-webkit-box-decoration-break:clone;"
    "box-decoration-break:clone}\n"
    ".small{font-size:.8em;font-weight:400}\n"
    ".print{font-size:1.15rem;margin:.3rem 0 .8rem}\n"
    ".warning,.problem{border-radius:.6rem;padding:.7rem .9rem}\n"
    ".warning{background:var(--warn);color:var(--on-warn);"
    "border-left:.3rem solid var(--warn-edge)}\n"
    ".problem{flex:1 0 100%;margin:0;background:var(--bad);"
    "color:var(--on-bad);font-weight:600}\n"
    "header p.problem{color:var(--on-bad)}\n"
    ".problem::first-letter{text-transform:uppercase}\n";

static const char wide[] =
    "@media(min-width:58rem){"
    "header{padding:2.25rem 2rem 2.5rem}main{padding:1.75rem 2rem}"
    "footer{padding:0 2rem 2.5rem}"
    "main.wide,footer.wide{max-width:70rem}h1{font-size:2.1rem}"
    ".brand svg{width:3.5rem;height:3.5rem}"
    ".columns{display:grid;grid-template-columns:1.1fr 1fr;gap:1.25rem;"
    "align-items:start}.codes{display:grid;grid-template-columns:1fr 1fr;"
    "gap:1.25rem}section{padding:1.4rem 1.5rem 1.5rem;margin-bottom:1.25rem}"
    "}\n"
    "@media print{header,section{border:1px solid #000}details{display:none}}"
    "\n";

const char *const pt_landing_style[] = {colours, frame, parts, wide, NULL};

/* The digest is that of the style: tests/unit/test_landing.c says what it has
 * to be. */
const char pt_landing_policy[] =
    "default-src 'none'; "
    "style-src 'sha256-dljPu1ssqZaEpcoLRSTOGF+TwmVsFJodBee3JJo6ATs='; "
    "img-src data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'";

/* A compass rose, as on the old charts. */
const char pt_landing_mark[] =
    "<svg viewBox=\"0 0 64 64\" aria-hidden=\"true\">"
    "<circle cx=\"32\" cy=\"32\" r=\"29\" fill=\"none\" stroke=\"#8cc4f2\" "
    "stroke-width=\"2\"/>"
    "<path d=\"M32 12l5 15 15 5-15 5-5 15-5-15-15-5 15-5z\" "
    "transform=\"rotate(45 32 32)\" fill=\"#5b9bd1\"/>"
    "<path d=\"M32 4l6 22 22 6-22 6-6 22-6-22-22-6 22-6z\" fill=\"#fff\"/>"
    "<path d=\"M32 4l6 22-6 6zM60 32l-22 6-6-6zM32 60l-6-22 6-6zM4 32l22-6 6 "
    "6z\" fill=\"#f0b64a\"/></svg>\n";

const char pt_landing_icon[] =
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' "
    "viewBox='0 0 64 64'%3E%3Ccircle cx='32' cy='32' r='32' "
    "fill='%230d3b5e'/%3E%3Cpath d='M32 6l6 20 20 6-20 6-6 20-6-20-20-6 "
    "20-6z' fill='%23fff'/%3E%3Cpath d='M32 6l6 20-6 6zM58 32l-20 6-6-6zM32 "
    "58l-6-20 6-6zM6 32l20-6 6 6z' fill='%23f0b64a'/%3E%3C/svg%3E";
