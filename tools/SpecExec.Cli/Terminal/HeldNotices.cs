namespace SpecExecNative.Cli.Terminal;

/// <summary>
/// Lines that come from many threads while something live is drawn: they wait, and come out together. What comes later
/// comes out at once.
/// </summary>
internal sealed class HeldNotices(Notices notices)
{
    private readonly Lock _gate = new();
    private readonly List<string> _held = [];
    private bool _isReleased;

    public void Say(string line)
    {
        lock (_gate)
        {
            if (_isReleased)
            {
                notices.Say(line);
            }
            else
            {
                _held.Add(line);
            }
        }
    }

    public void Release()
    {
        lock (_gate)
        {
            _isReleased = true;
            _held.ForEach(notices.Say);
            _held.Clear();
        }
    }
}
