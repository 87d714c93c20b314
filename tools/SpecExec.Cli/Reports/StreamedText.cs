using SpecExecNative.Cli.Terminal;

namespace SpecExecNative.Cli.Reports;

/// <summary>A text that appears piece by piece and ends with a line break, as every line of a text file does.</summary>
/// <param name="output">Where to.</param>
/// <param name="isTerminal">
/// It is shown, and must not steer what shows it: control characters other than line feeds and tabs are escaped. A file
/// or a pipe gets the text as it is.
/// </param>
internal sealed class StreamedText(TextWriter output, bool isTerminal)
{
    private bool _endsLine;
    private bool _ended;

    /// <summary>Shows a piece at once.</summary>
    /// <param name="piece">May be empty.</param>
    /// <param name="isLast">Nothing more will come: whatever takes time from here on must not delay the line break.</param>
    public void Append(string piece, bool isLast)
    {
        if (piece.Length > 0)
        {
            output.Write(isTerminal ? VisibleText.Prose(piece) : piece);
            _endsLine = piece[^1] == '\n';
        }

        if (isLast)
        {
            End();
        }

        output.Flush();
    }

    /// <summary>Ends the line if the text did not.</summary>
    public void End()
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        if (!_endsLine)
        {
            output.Write('\n');
        }

        output.Flush();
    }
}
