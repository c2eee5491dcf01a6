/** Text without the colours that `TextStyle` puts around it. */
export function stripPaint(text: string): string {
  return text.replace(/\u001b\[\d+m/g, "");
}
