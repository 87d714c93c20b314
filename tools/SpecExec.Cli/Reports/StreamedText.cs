namespace SpecExecNative.Cli.Reports;

/// <summary>A text that appears piece by piece and ends with a line break, as every line of a text file does.</summary>
internal sealed class StreamedText(TextWriter output)
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
            output.Write(piece);
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
