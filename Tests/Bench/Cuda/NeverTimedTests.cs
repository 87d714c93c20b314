using NUnit.Framework;
using SpecExecNative.Bench.Cuda;
using SpecExecNative.Bench.Cuda.Ops;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Tests.Kernels.Cuda.Device;

namespace SpecExecNative.Tests.Bench.Cuda;

/// <summary>A kernel that returns wrong numbers is called once, to be checked, and never again.</summary>
[Category("Cuda")]
[NonParallelizable]
internal sealed class NeverTimedTests
{
    private const int Rows = 4;
    private const int Width = 20;

    private static readonly Timing Short = new(0, 1, 0);

    [TestCase(true)]
    [TestCase(false)]
    public void OnlyRightKernelsAreTimed(bool isRight)
    {
        CardUnderTest.Pose();
        using (var session = new KernelsSession(new CudaDeviceOptions { CacheFolder = CardUnderTest.CacheFolder }, [LayerShapes.Named("tiny")], Short))
        {
            var memory = new BenchMemory(session.Cuda, session.Queue);
            DeviceTensor input = memory.Ones(DType.F32, Rows, Width, 1);
            DeviceTensor indices = memory.Ints([3, 1, 2, 0]);
            DeviceTensor others = memory.Ints([3, 1, 2, 1]);
            int calls = 0;
            using var op = new KernelOp(memory)
            {
                Table = "test",
                Parameters = queue => [new("queue", queue)],
                Call = (queue, _, outputs) =>
                {
                    calls++;
                    queue.GatherRows(input, isRight ? indices : others, outputs[0]);
                },
                Outputs = [memory.Uninitialised(DType.F32, Rows, Width)],
                Expected = [memory.Uninitialised(DType.F32, Rows, Width)],
                Tolerances = [Tolerance.Exact],
                Reference = (naive, expected) => naive.GatherRows(input, indices, expected[0]),
                Figures = (seconds, _) => [seconds.Figure("time", "s")],
            };
            if (isRight)
            {
                Assert.That(new OpRates(session).Measure(op).ToArray(), Has.Length.EqualTo(1));
                Assert.That(calls, Is.GreaterThan(1));
            }
            else
            {
                WrongResultException wrong = Assert.Throws<WrongResultException>(() => new OpRates(session).Measure(op).ToArray())!;
                Assert.That(wrong.Message, Does.Contain("test, queue = target").And.Contain("row 3, column 0"));
                Assert.That(calls, Is.EqualTo(1));
            }
        }

        CardUnderTest.AssertNothingIsWrongOrLeft();
    }
}
