/** Paper: dark on white, as open as it was on the screen, no row torn apart, and no buttons. */
export const PRINT: string = `
@media print{
body{max-width:none;padding:0;font-size:10pt}
nav,.fold{display:none}
a{color:inherit;text-decoration:none}
section{margin-top:1rem;padding-top:.75rem}
tr,.row,.tiles li,dl div{break-inside:avoid}
h2,h3,caption,summary{break-after:avoid}
thead{display:table-header-group}
.bar,.parts,.badge,.patch ins,.patch del{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}`.replace(/\n/g, "");
