using System.Runtime.InteropServices;

namespace SpecExecNative.Bench.Running;

/// <summary>
/// Turns the first Ctrl+C (or SIGTERM, with which schedulers announce the end) into a cancellation; the second one ends the process as usual.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly PosixSignalRegistration[] _registrations;

    public Interruption() => _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];

    public CancellationToken Token => _cancellation.Token;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _cancellation.Dispose();
    }

    private void Handle(PosixSignalContext signal)
    {
        if (!_cancellation.IsCancellationRequested)
        {
            signal.Cancel = true;
            _cancellation.Cancel();
        }
    }
}
