using System.CommandLine;
using SpecExecNative.Bench.Acceptance;
using SpecExecNative.Bench.Cpu;
using SpecExecNative.Bench.Cuda;
using SpecExecNative.Bench.Simulated;
using SpecExecNative.Bench.Stream;

RootCommand root = new("SpecExecNative benchmarks.") { AcceptanceCommand.Create(), CpuCommand.Create(), KernelsCommand.Create(), SimulateCommand.Create(), StreamCommand.Create() };
return root.Parse(args).Invoke();
