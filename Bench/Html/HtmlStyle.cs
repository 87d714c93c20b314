namespace SpecExecNative.Bench.Html;

/// <summary>The page's style: light or dark as the reader's system is, black on white on paper.</summary>
internal static class HtmlStyle
{
    /// <summary>Without characters that XML escapes, which HTML would not read back inside a style.</summary>
    public const string Sheet = """

        :root { color-scheme: light dark; --ink: #222; --grey: #666; --paper: #fff; --line: #ddd; --stripe: #f6f7f8; --note: #fff4e0; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e4e4e4; --grey: #a5a5a5; --paper: #17191c; --line: #3a3d42; --stripe: #1f2226; --note: #3b2f17; } }
        body { margin: 2rem auto; padding: 0 1rem; max-width: 60rem; font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
        h1 { font-size: 1.6rem; margin: 0 0 .5rem; }
        h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; overflow-wrap: anywhere; }
        .note { background: var(--note); padding: .5rem .75rem; font-weight: 600; overflow-wrap: anywhere; }
        dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); gap: .15rem 1.5rem; margin: 0; font-size: .9rem; }
        dl div { display: flex; gap: .5rem; }
        dt { color: var(--grey); flex: none; }
        dt::after { content: ":"; }
        dd { margin: 0; overflow-wrap: anywhere; }
        figure { margin: 1rem 0; break-inside: avoid; }
        img { display: block; width: 100%; max-width: 800px; background: #fff; border-radius: 4px; }
        .table { overflow-x: auto; }
        table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; }
        caption { text-align: left; color: var(--grey); font-style: italic; padding-bottom: .25rem; }
        th, td { padding: .2rem .6rem; text-align: left; border-bottom: 1px solid var(--line); }
        th { vertical-align: bottom; border-bottom: 2px solid var(--line); }
        td { white-space: nowrap; }
        .number { text-align: right; }
        tbody tr:nth-child(even) { background: var(--stripe); }
        thead { display: table-header-group; }
        tr { break-inside: avoid; }
        @media print {
          :root { --ink: #000; --grey: #444; --paper: #fff; --line: #bbb; --stripe: #fff; --note: #fff; }
          body { margin: 0; max-width: none; font-size: 10pt; }
          table { font-size: 7.5pt; }
          .table { overflow: visible; }
          td { white-space: normal; }
        }

        """;
}
