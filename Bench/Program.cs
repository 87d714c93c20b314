using System.CommandLine;
using SpecExecNative.Bench.Acceptance;
using SpecExecNative.Bench.Cpu;
using SpecExecNative.Bench.Cuda;

RootCommand root = new("SpecExecNative benchmarks.") { AcceptanceCommand.Create(), CpuCommand.Create(), KernelsCommand.Create() };
return root.Parse(args).Invoke();
