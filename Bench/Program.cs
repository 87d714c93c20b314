return SpecExecNative.Bench.BenchApplication.Run(args);
