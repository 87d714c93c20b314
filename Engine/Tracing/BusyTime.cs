using SpecExecNative.Kernels;

namespace SpecExecNative.Engine.Tracing;

/// <summary>How long one of a device's engines worked within some stretches of time.</summary>
internal static class BusyTime
{
    /// <param name="spans">Of one engine: none overlaps another.</param>
    /// <param name="windows">In order, none overlapping another.</param>
    /// <returns>Seconds.</returns>
    public static double Of(IEnumerable<DeviceSpan> spans, IReadOnlyList<(double Start, double End)> windows)
    {
        double busy = 0;
        foreach (DeviceSpan span in spans)
        {
            for (int window = FirstBehind(windows, span.Start); window < windows.Count && windows[window].Start < span.End; window++)
            {
                busy += Math.Max(0, Math.Min(span.End, windows[window].End) - Math.Max(span.Start, windows[window].Start));
            }
        }

        return busy;
    }

    /// <summary>The first window that ends behind a time.</summary>
    private static int FirstBehind(IReadOnlyList<(double Start, double End)> windows, double time)
    {
        (int low, int high) = (0, windows.Count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = windows[middle].End <= time ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
