// Screens from 320 pixels up: one column, numbers aligned at the right, long names broken wherever they have to be.
const TEXT = `
*{box-sizing:border-box}
body{margin:0 auto;max-width:72rem;padding:1.5rem 2rem 3rem;background:var(--page);color:var(--text);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;overflow-wrap:anywhere}
h1{margin:.1rem 0 .75rem;font-size:1.75rem;line-height:1.25}
h2{margin:0 0 .75rem;font-size:1.25rem;line-height:1.3}
h3{margin:1.5rem 0 .5rem;font-size:1rem}
p{margin:0 0 .75rem}
a{color:var(--link)}
code,pre,h1 .path,.value{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
code{font-size:.875rem}
h1 .path{font-size:1.5rem}
.path,.value{unicode-bidi:isolate}
.quiet,.kind,footer,.more,.lines{color:var(--quiet)}
.quiet,.more,.lines{font-size:.875rem;font-weight:400}
.kind{margin:0;font-size:.875rem;font-weight:600;letter-spacing:.04em}
.value{white-space:pre-wrap;font-size:.875rem}
section{margin-top:2.5rem;padding-top:1.5rem;border-top:1px solid var(--line)}
footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--line);font-size:.875rem}
:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:2px}
nav ul,.tiles{display:flex;flex-wrap:wrap;gap:.4rem 1.25rem;margin:0;padding:0;list-style:none}
.tiles{gap:.75rem;margin:0 0 1rem}
.tiles li{padding:.5rem .9rem;background:var(--panel);border:1px solid var(--line);border-radius:.5rem;color:var(--quiet);font-size:.875rem}
.tiles strong{display:block;color:var(--text);font-size:1.25rem;line-height:1.3;font-variant-numeric:tabular-nums;white-space:nowrap}
dl{margin:0}
dl div{display:grid;grid-template-columns:9rem minmax(0,1fr);gap:0 1rem;padding:.3rem 0}
dt{color:var(--quiet)}
dd{margin:0}
.ends{margin:0 0 1rem}
.ends div{grid-template-columns:3rem minmax(0,1fr)}
.ends dd{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.9375rem}
`;

const TABLES = `
table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}
caption{padding:0 0 .4rem;text-align:left;color:var(--quiet);font-size:.875rem}
th,td{padding:.4rem .75rem .4rem 0;text-align:left;vertical-align:baseline;border-bottom:1px solid var(--line)}
tr>:last-child{padding-right:0}
thead th{color:var(--quiet);font-size:.8125rem;font-weight:600;overflow-wrap:normal}
tbody th{font-weight:600}tbody th .path{font-weight:400}
.number .amount{display:inline-block}
.number{text-align:right;white-space:nowrap}
.number+:not(.number){padding-left:1rem}
.more{margin:.5rem 0 0}
.tag{display:inline-block;min-width:1.5em;padding:0 .3em;border:1px solid var(--line);border-radius:.25rem;background:var(--panel);color:var(--quiet);font-size:.75rem;font-weight:600;text-align:center}
.bar{display:inline-block;width:5rem;height:.6rem;margin-right:.6rem;fill:var(--bar)}
.bar .track{fill:var(--track)}
.parts{display:block;width:100%;height:1.75rem;margin:0 0 1rem;border-radius:.375rem;background:var(--track)}
.parts rect{stroke:var(--page);stroke-width:1}
.parts text{fill:var(--on-part);font-size:.8125rem;font-weight:600;text-anchor:middle;dominant-baseline:central}
.part1{fill:var(--part1)}.part2{fill:var(--part2)}.part3{fill:var(--part3)}.part4{fill:var(--part4)}.part5{fill:var(--part5)}.part6{fill:var(--part6)}
`;

const TREES = `
.fold button{padding:.25rem .75rem;border:1px solid var(--line);border-radius:.375rem;background:var(--panel);color:var(--text);font:inherit;font-size:.875rem;cursor:pointer}
.tree ul{margin:0;padding:0;list-style:none}
.tree ul ul{margin-left:.45rem;padding-left:.95rem;border-left:1px solid var(--line)}
.row{display:flex;align-items:baseline;gap:.75rem;padding:.2rem 0 .2rem 1.1rem;border-bottom:1px solid var(--line)}
.row .name{flex:1 1 auto;min-width:0}
.row .bar{flex:none;margin:0}
.amount,.share,.sizes{flex:none;text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.amount{width:5.5rem}
.share{width:3rem;color:var(--quiet)}
.sizes{color:var(--quiet);font-size:.875rem}
.folder{font-weight:600}
.rest{color:var(--quiet);font-style:italic}
summary{cursor:pointer;list-style:none}
summary::-webkit-details-marker{display:none}
summary{position:relative}
summary::before{content:"";position:absolute;left:.15rem;top:.62rem;border:.3rem solid transparent;border-left-color:var(--quiet)}
details[open]>summary::before{left:0;top:.75rem;border-color:var(--quiet) transparent transparent}
article summary::before{left:.75rem;top:1rem}
article details[open]>summary::before{left:.6rem;top:1.13rem}
.tree summary:hover,article summary:hover{background:var(--panel)}
.badge{display:inline-block;width:5.75rem;margin-right:.25rem;padding:0 .4rem;border-radius:.25rem;font-size:.8125rem;font-weight:600;white-space:nowrap}
.added{color:var(--added);background:var(--added-on)}
.removed{color:var(--removed);background:var(--removed-on)}
.changed{color:var(--changed);background:var(--changed-on)}
article{margin:0 0 1rem;border:1px solid var(--line);border-radius:.5rem}
article summary{display:flex;flex-wrap:wrap;align-items:baseline;justify-content:space-between;gap:.25rem 1rem;padding:.5rem .75rem .5rem 1.75rem;border-radius:.5rem;background:var(--panel)}
article h3{margin:0;font-weight:600;min-width:0}
article .more{margin:0;padding:.5rem .75rem}
.patch{margin:0;padding:.25rem 0;border-top:1px solid var(--line);white-space:pre-wrap;overflow-wrap:anywhere;tab-size:4}
.patch code>*{display:block;padding:0 .75rem 0 4.25rem;text-decoration:none;text-indent:0}
.patch [data-line]::before{content:attr(data-line);float:left;width:3rem;margin-left:-3.75rem;color:var(--quiet);text-align:right}
.patch ins{background:var(--added-on);color:var(--added)}
.patch del{background:var(--removed-on);color:var(--removed)}
.patch .hunk{padding:.25rem .75rem;color:var(--quiet);background:var(--panel)}
.patch .note{color:var(--quiet);font-style:italic}
`;

const NARROW = `
@media screen and (max-width:44rem){
body{padding:1rem 1rem 2rem}
h1{font-size:1.375rem}h1 .path{font-size:1.125rem}
.tiles li{flex:1 1 6.5rem}
dl div{grid-template-columns:1fr;padding:.35rem 0}
.ends div{grid-template-columns:3rem minmax(0,1fr)}
table,tbody,tr,th,td,caption{display:block}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tr{padding:.5rem 0;border-bottom:1px solid var(--line)}
th,td,.number{padding:.1rem 0;border:0;text-align:left;white-space:normal}
.number+:not(.number){padding-left:0}
td{display:grid;grid-template-columns:6.5rem minmax(0,1fr)}
td::before{content:attr(data-label);color:var(--quiet);font-size:.875rem}
.tree ul ul{margin-left:.2rem;padding-left:.5rem}
.row{flex-wrap:wrap;gap:0 .5rem}
.row .name{flex-basis:calc(100% - 9rem)}
.bar{display:none}
.badge{width:auto}
.sizes{order:1;flex:1 0 100%;text-align:left;white-space:normal}
.number .amount{width:auto}
.amount{width:4.75rem}.share{width:2.75rem}
.patch{font-size:.8125rem}
.patch code>*{padding-left:3rem}
.patch [data-line]::before{width:2.25rem;margin-left:-2.75rem}
}
`;

export const LAYOUT: string = `${TEXT}${TABLES}${TREES}${NARROW}`.replace(/\n/g, "");
