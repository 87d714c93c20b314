using System.CommandLine;
using SpecExecNative.Bench.Acceptance;
using SpecExecNative.Bench.Cpu;

RootCommand root = new("SpecExecNative benchmarks.") { AcceptanceCommand.Create(), CpuCommand.Create() };
return root.Parse(args).Invoke();
