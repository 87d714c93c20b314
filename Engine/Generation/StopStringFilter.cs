using System.Text;

namespace SpecExecNative.Engine.Generation;

/// <summary>
/// Passes text on as it comes, up to the stop string that is complete first. What could be the beginning of one is held back until it is
/// clear that it is not.
/// </summary>
internal sealed class StopStringFilter(IReadOnlyList<string> stopStrings)
{
    private readonly StringBuilder _held = new();

    /// <summary>A stop string has appeared; nothing more comes out.</summary>
    public bool Stopped { get; private set; }

    /// <summary>Takes the next piece of text and returns what is certain to be part of the output.</summary>
    public string Append(string piece)
    {
        if (Stopped)
        {
            return "";
        }

        _held.Append(piece);
        string text = _held.ToString();
        int stop = FirstStop(text);
        Stopped = stop >= 0;
        int end = Stopped ? stop : text.Length - LongestBeginning(text);
        _held.Clear();
        if (!Stopped)
        {
            _held.Append(text, end, text.Length - end);
        }

        return text[..end];
    }

    /// <summary>What was held back, at the end of the text.</summary>
    public string Flush()
    {
        string rest = _held.ToString();
        _held.Clear();
        return rest;
    }

    /// <summary>Where the stop string begins that is complete first, whatever pieces the text came in; −1: none is.</summary>
    private int FirstStop(string text)
    {
        (int end, int start) first = (int.MaxValue, -1);
        foreach (string stop in stopStrings)
        {
            int at = text.IndexOf(stop, StringComparison.Ordinal);
            if (at >= 0 && (at + stop.Length, at).CompareTo(first) < 0)
            {
                first = (at + stop.Length, at);
            }
        }

        return first.start;
    }

    /// <summary>Length of the longest end of <paramref name="text"/> with which a stop string begins.</summary>
    private int LongestBeginning(string text)
    {
        int longest = 0;
        foreach (string stop in stopStrings)
        {
            for (int length = Math.Min(stop.Length - 1, text.Length); length > longest; length--)
            {
                if (text.AsSpan(text.Length - length).SequenceEqual(stop.AsSpan(0, length)))
                {
                    longest = length;
                    break;
                }
            }
        }

        return longest;
    }
}
