using NUnit.Framework;
using SpecExecNative.CudaEmulator.Execution;
using SpecExecNative.CudaEmulator.Ptx;

namespace SpecExecNative.Tests.CudaEmulator;

/// <summary>What is not known to the letter is refused when the module is read.</summary>
public sealed class StrictnessTests
{
    [TestCase("mma.snyc.aligned.m16n8k16.row.col.f32.f16.f16.f32 {f,f,f,f}, {d,d,d,d}, {d,d}, {f,f,f,f};")]
    [TestCase("mma.sync.aligned.m16n8k32.row.col.f32.f16.f16.f32 {f,f,f,f}, {d,d,d,d}, {d,d}, {f,f,f,f};")]
    [TestCase("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {f,f,f,f}, {d,d,d}, {d,d}, {f,f,f,f};")]
    [TestCase("mma.sync.aligned.m16n8k16.row.row.f32.f16.f16.f32 {f,f,f,f}, {d,d,d,d}, {d,d}, {f,f,f,f};")]
    [TestCase("mma.sync.aligned.m16n8k16.row.col.f32.f16.bf16.f32 {f,f,f,f}, {d,d,d,d}, {d,d}, {f,f,f,f};")]
    [TestCase("ldmatrix.sync.aligned.m8n8.x2.shared.b16 {d,d,d,d}, [d];")]
    [TestCase("ldmatrix.sync.aligned.m8n8.x4.shared.trans.b16 {d,d,d,d}, [d];")]
    [TestCase("cp.async.cg.shared.global [d], [in], 12;")]
    [TestCase("cp.async.cg.shared.global [d], [in], 8;")]
    [TestCase("cp.async.bulk.shared.global [d], [in], 16;")]
    [TestCase("add.s32 d, d;")]
    [TestCase("add.s32 d, d, d, d;")]
    [TestCase("add.s32 d, in, d;")]
    [TestCase("add.rz.f32 f, f, f;")]
    [TestCase("add.f32.rn f, f, f;")]
    [TestCase("add.s32.ftz d, d, d;")]
    [TestCase("cvt.f16.f32 d, f;")]
    [TestCase("cvt.rn.f32.f16 f, d;")]
    [TestCase("cvt.rn.e4m3x2.f32 d, f, f;")]
    [TestCase("ex2.f32 f, f;")]
    [TestCase("lop3.b32 d, d, d, d, 256;")]
    [TestCase("ld.global.v8.u32 d, [in];")]
    [TestCase("ld.global.v4.u64 {in,in,in,in}, [in];")]
    [TestCase("ld.global.u32 d, [d];")]
    [TestCase("ld.gloabl.u32 d, [in];")]
    [TestCase("shfl.bfly.b32 d, d, 1, 31;")]
    [TestCase("shfl.sync.xor.b32 d, d, 1, 31, -1;")]
    [TestCase("bar.arrive 1;")]
    [TestCase("setp.lo.s32 beyond, d, d;")]
    [TestCase("setp.lt.b32 beyond, d, d;")]
    [TestCase("mov.u32 d, undeclared;")]
    [TestCase("mov.u32 d, %envreg3;")]
    [TestCase("bra NOWHERE;")]
    [TestCase("wgmma.fence.sync.aligned;")]
    [TestCase("add.s32 d, d, d")]
    [TestCase("call (d), nobody, (d);")]
    public void UnknownTextIsRefused(string instruction)
    {
        string text = InstructionRunner.Text($".reg .f32 f; {instruction}", "b32", []);
        Assert.Throws<PtxException>(() => PtxModule.Parse(text));
    }

    [Test]
    public void RefusalNamesTheLine()
    {
        PtxException refused = Assert.Throws<PtxException>(
            () => PtxModule.Parse(".version 8.4\n.target sm_80\n.address_size 64\n.visible .entry k() {\nret;\nfrobnicate.u32;\n}"))!;
        Assert.Multiple(() =>
        {
            Assert.That(refused.Line, Is.EqualTo(6));
            Assert.That(refused.Text, Is.EqualTo("frobnicate.u32"));
        });
    }

    [TestCase("")]
    [TestCase(".version 8.4")]
    [TestCase(".version 8.4\n.target sm_80\n.address_size 32")]
    [TestCase(".version 8.4\n.target gfx90a\n.address_size 64")]
    public void ModuleWithoutItsDirectivesIsRefused(string text) =>
        Assert.Throws<PtxException>(() => PtxModule.Parse(text));

    [Test]
    public void MoreThanFortyEightKilobytesOfStaticSharedMemoryAreRefused()
    {
        string text = InstructionRunner.Text(".shared .align 16 .b8 big[51200]; mov.u32 d, big;", "b32", []);
        KernelFault fault = Assert.Throws<KernelFault>(() =>
        {
            using var bench = new KernelBench();
            bench.Launch(
                PtxModule.Parse(text).Kernels["one"],
                new LaunchShape(1, 1, 1, 32, 1, 1, SharedLimitBytes: 99 * 1024),
                ExecutionOptions.Default,
                bench.Allocate<ulong>(1),
                bench.Allocate<ulong>(1),
                1);
        })!;
        Assert.That(fault.Kind, Is.EqualTo(FaultKind.InvalidLaunch));
    }
}
