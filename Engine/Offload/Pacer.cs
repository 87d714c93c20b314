namespace SpecExecNative.Engine.Offload;

/// <summary>Lets bytes pass at a rate: what a slower link would do.</summary>
/// <param name="bytesPerSecond">The rate.</param>
/// <param name="clock">Whose time.</param>
/// <param name="wait">Waits for so many seconds.</param>
internal sealed class Pacer(double bytesPerSecond, TimeProvider clock, Action<double> wait)
{
    private readonly long _origin = clock.GetTimestamp();
    private double _free;

    /// <summary>Over the system's clock.</summary>
    public static Pacer Of(double bytesPerSecond) => new(bytesPerSecond, TimeProvider.System, WaitPrecisely);

    /// <summary>Blocks until bytes may begin to pass; they keep the link busy for as long as the rate says.</summary>
    public void Pass(long bytes)
    {
        double now = clock.GetElapsedTime(_origin).TotalSeconds;
        if (now < _free)
        {
            wait(_free - now);
        }

        // A link that had nothing to do does not make up for it later.
        _free = Math.Max(_free, now) + (bytes / bytesPerSecond);
    }

    /// <summary>Blocks until all bytes have passed.</summary>
    public void Finish()
    {
        double left = _free - clock.GetElapsedTime(_origin).TotalSeconds;
        if (left > 0)
        {
            wait(left);
        }
    }

    /// <summary>Sleeping is late by up to some milliseconds: the last ones are spun.</summary>
    private static void WaitPrecisely(double seconds)
    {
        const double Spun = 0.003;
        long start = TimeProvider.System.GetTimestamp();
        if (seconds > Spun)
        {
            Thread.Sleep(TimeSpan.FromSeconds(seconds - Spun));
        }

        while (TimeProvider.System.GetElapsedTime(start).TotalSeconds < seconds)
        {
            Thread.SpinWait(20);
        }
    }
}
