namespace SpecExecNative.TrainPair.Native;

/// <summary>TorchSharp's native library cannot be made to load on this machine.</summary>
internal sealed class NativeLibraryException(string message) : TrainPairException(message);
