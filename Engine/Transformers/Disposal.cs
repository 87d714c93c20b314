namespace SpecExecNative.Engine.Transformers;

/// <summary>Frees several things, also if freeing one of them fails, as it does on a card that is lost.</summary>
internal static class Disposal
{
    /// <summary>In order; the last failure is thrown when all is done.</summary>
    public static void All(IReadOnlyList<IDisposable?> owned, int first = 0)
    {
        if (first == owned.Count)
        {
            return;
        }

        try
        {
            owned[first]?.Dispose();
        }
        finally
        {
            All(owned, first + 1);
        }
    }
}
