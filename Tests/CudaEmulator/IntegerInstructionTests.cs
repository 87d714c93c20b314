using System.Numerics;
using NUnit.Framework;

namespace SpecExecNative.Tests.CudaEmulator;

/// <summary>Integer and bit instructions over edge values against plain C#.</summary>
public sealed class IntegerInstructionTests
{
    /// <summary>A source register may be wider than the type that is converted: of every lane, its own lower half counts.</summary>
    [TestCase("cvt.s64.s32 d, a;", -7L)]
    [TestCase("cvt.u64.u32 d, a;", 0xFFFF_FFF9L)]
    [TestCase("cvt.s64.s16 d, a;", -7L)]
    [TestCase("cvt.u64.u8 d, a;", 0xF9L)]
    public void TheLowerPartOfAWiderRegisterIsConverted(string code, long expected)
    {
        ulong[][] inputs = [.. Enumerable.Range(1, 40).Select(i => new[] { ((ulong)i << 32) | 0xFFFF_FFF9 })];
        Assert.That(InstructionRunner.Run(code, "b64", ["b64"], inputs), Is.All.EqualTo((ulong)expected));
    }

    private static readonly ulong[] Words =
        [0, 1, 2, 5, 7, 31, 32, 33, 127, 128, 255, 0x7FFF, 0x8000, 0xFFFF, 0x12345678, 0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFFFFFE, 0xFFFFFFFF];

    private static readonly ulong[] Longs =
        [0, 1, 3, 31, 63, 64, 65, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x100000000, 0x123456789ABCDEF0, 0x7FFFFFFFFFFFFFFF, 0x8000000000000000, 0xFFFFFFFFFFFFFFFF];

    private static IEnumerable<TestCaseData> Binary32()
    {
        yield return Case("add.s32 d, a, b;", (a, b) => a + b);
        yield return Case("sub.u32 d, a, b;", (a, b) => a - b);
        yield return Case("mul.lo.s32 d, a, b;", (a, b) => a * b);
        yield return Case("mul.hi.u32 d, a, b;", (a, b) => (uint)(((ulong)a * b) >> 32));
        yield return Case("mul.hi.s32 d, a, b;", (a, b) => (uint)(((long)(int)a * (int)b) >> 32));
        yield return Case("min.s32 d, a, b;", (a, b) => (int)a < (int)b ? a : b);
        yield return Case("max.s32 d, a, b;", (a, b) => (int)a > (int)b ? a : b);
        yield return Case("min.u32 d, a, b;", (a, b) => a < b ? a : b);
        yield return Case("max.u32 d, a, b;", (a, b) => a > b ? a : b);
        yield return Case("and.b32 d, a, b;", (a, b) => a & b);
        yield return Case("or.b32 d, a, b;", (a, b) => a | b);
        yield return Case("xor.b32 d, a, b;", (a, b) => a ^ b);
        yield return Case("shl.b32 d, a, b;", (a, b) => b >= 32 ? 0 : a << (int)b);
        yield return Case("shr.u32 d, a, b;", (a, b) => b >= 32 ? 0 : a >> (int)b);
        yield return Case("shr.s32 d, a, b;", (a, b) => (uint)((int)a >> (b >= 32 ? 31 : (int)b)));
        yield return Case("div.u32 d, a, b;", (a, b) => b == 0 ? uint.MaxValue : a / b);
        yield return Case("div.s32 d, a, b;", (a, b) => b == 0 ? uint.MaxValue : (uint)((long)(int)a / (int)b));
        yield return Case("rem.u32 d, a, b;", (a, b) => b == 0 ? a : a % b);
        yield return Case("rem.s32 d, a, b;", (a, b) => b == 0 ? a : (uint)((long)(int)a % (int)b));
        yield return Case("mad.lo.s32 d, a, b, 77;", (a, b) => (a * b) + 77);
        yield return Case("dp4a.s32.s32 d, a, b, 9;", (a, b) => (uint)(9 + Bytes(a).Zip(Bytes(b), (x, y) => (sbyte)x * (sbyte)y).Sum()));
        yield return Case("dp4a.u32.u32 d, a, b, 9;", (a, b) => (uint)(9 + Bytes(a).Zip(Bytes(b), (x, y) => x * y).Sum()));
        yield return Case("prmt.b32 d, a, b, 0x7531;", (a, b) => Word(Bytes(a)[1], Bytes(a)[3], Bytes(b)[1], Bytes(b)[3]));
        yield return Case("prmt.b32 d, a, b, 0x98F4;", (a, b) => Word(Bytes(b)[0], Sign(Bytes(b)[3]), Sign(Bytes(a)[0]), Sign(Bytes(a)[1])));
        yield return Case("lop3.b32 d, a, b, 0x0F0F3355, 0xE8;", (a, b) => (a & b) | (a & 0x0F0F3355) | (b & 0x0F0F3355));
        yield return Case("lop3.b32 d, a, b, 0x0F0F3355, 0x96;", (a, b) => a ^ b ^ 0x0F0F3355);
        yield return Case("lop3.b32 d, a, b, 0x0F0F3355, 0xCA;", (a, b) => (a & b) | (~a & 0x0F0F3355));
        yield return Case("shf.l.wrap.b32 d, a, b, 9;", (a, b) => (b << 9) | (a >> 23));
        yield return Case("shf.r.wrap.b32 d, a, b, 9;", (a, b) => (b << 23) | (a >> 9));
        yield return Case("shf.l.clamp.b32 d, a, b, 40;", (a, _) => a);
        yield return Case("shf.r.clamp.b32 d, a, b, 40;", (_, b) => b);
        yield return Case("bfi.b32 d, a, b, 4, 8;", (a, b) => (b & ~0xFF0u) | ((a & 0xFF) << 4));
        yield return Case("bfi.b32 d, a, b, 28, 8;", (a, b) => (b & 0x0FFFFFFF) | (a << 28));
        yield return Case("bfe.u32 d, a, 28, 8;", (a, _) => a >> 28);
        yield return Case("bfe.s32 d, a, 4, 8;", (a, _) => (uint)((int)(a << 20) >> 24));
        yield return Case("bfe.s32 d, a, 28, 8;", (a, _) => (uint)((int)a >> 28));
        yield return Case("bfe.u32 d, a, 40, 3;", (_, _) => 0);
        yield return Case("bfe.s32 d, a, 40, 3;", (a, _) => (uint)((int)a >> 31));
        yield return Case("popc.b32 d, a;", (a, _) => (uint)Convert.ToString((long)a, 2).Count(c => c == '1'));
        yield return Case("clz.b32 d, a;", (a, _) => a == 0 ? 32 : (uint)(32 - Convert.ToString((long)a, 2).Length));
        yield return Case("brev.b32 d, a;", (a, _) => Convert.ToUInt32(new string([.. Convert.ToString((long)a, 2).PadLeft(32, '0').Reverse()]), 2));
        yield return Case("bfind.u32 d, a;", (a, _) => a == 0 ? uint.MaxValue : (uint)(Convert.ToString((long)a, 2).Length - 1));
        yield return Case("bfind.s32 d, a;", (a, _) => Highest((int)a < 0 ? ~a : a));
        yield return Case("bfind.shiftamt.u32 d, a;", (a, _) => a == 0 ? uint.MaxValue : 31 - Highest(a));
        yield return Case("not.b32 d, a;", (a, _) => a ^ 0xFFFFFFFF);
        yield return Case("cnot.b32 d, a;", (a, _) => a == 0 ? 1u : 0);
        yield return Case("neg.s32 d, a;", (a, _) => 0 - a);
        yield return Case("abs.s32 d, a;", (a, _) => (int)a < 0 ? 0 - a : a);
    }

    private static IEnumerable<TestCaseData> Binary64()
    {
        yield return Case64("add.s64 d, a, b;", (a, b) => a + b);
        yield return Case64("sub.s64 d, a, b;", (a, b) => a - b);
        yield return Case64("mul.lo.s64 d, a, b;", (a, b) => (ulong)((UInt128)a * b));
        yield return Case64("mul.hi.u64 d, a, b;", (a, b) => (ulong)(((UInt128)a * b) >> 64));
        yield return Case64("mul.hi.s64 d, a, b;", (a, b) => (ulong)((BigInteger)(long)a * (long)b >> 64 & ulong.MaxValue));
        yield return Case64("div.s64 d, a, b;", (a, b) => b == 0 ? ulong.MaxValue : (ulong)((Int128)(long)a / (long)b));
        yield return Case64("rem.u64 d, a, b;", (a, b) => b == 0 ? a : a % b);
        yield return Case64("min.s64 d, a, b;", (a, b) => (long)a < (long)b ? a : b);
        yield return Case64("max.u64 d, a, b;", (a, b) => a > b ? a : b);
        yield return Case64("and.b64 d, a, b;", (a, b) => a & b);
        yield return Case64("xor.b64 d, a, b;", (a, b) => a ^ b);
        yield return Case64("{ .reg .b32 s; cvt.u32.u64 s, b; shl.b64 d, a, s; }", (a, b) => (uint)b >= 64 ? 0 : a << (int)(uint)b);
        yield return Case64("{ .reg .b32 s; cvt.u32.u64 s, b; shr.u64 d, a, s; }", (a, b) => (uint)b >= 64 ? 0 : a >> (int)(uint)b);
        yield return Case64("{ .reg .b32 s; cvt.u32.u64 s, b; shr.s64 d, a, s; }", (a, b) => (ulong)((long)a >> ((uint)b >= 64 ? 63 : (int)(uint)b)));
        yield return Case64("{ .reg .b32 s, t; cvt.u32.u64 s, a; cvt.u32.u64 t, b; mul.wide.s32 d, s, t; }", (a, b) => (ulong)((long)(int)a * (int)b));
        yield return Case64("{ .reg .b32 s, t; cvt.u32.u64 s, a; cvt.u32.u64 t, b; mad.wide.u32 d, s, t, 5; }", (a, b) => ((ulong)(uint)a * (uint)b) + 5);
        yield return Case64("{ .reg .b32 s; popc.b64 s, a; cvt.u64.u32 d, s; }", (a, _) => (ulong)BitOperations.PopCount(a));
        yield return Case64("{ .reg .b32 s; clz.b64 s, a; cvt.u64.u32 d, s; }", (a, _) => a == 0 ? 64 : 63 - HighestLong(a));
        yield return Case64("bfe.u64 d, a, 60, 8;", (a, _) => a >> 60);
        yield return Case64("bfi.b64 d, a, b, 32, 32;", (a, b) => (b & 0xFFFFFFFF) | (a << 32));
        yield return Case64("neg.s64 d, a;", (a, _) => 0 - a);
        yield return Case64("not.b64 d, a;", (a, _) => a ^ ulong.MaxValue);
        yield return Case64("brev.b64 d, a;", (a, _) => Enumerable.Range(0, 64).Aggregate(0ul, (r, k) => r | (((a >> k) & 1) << (63 - k))));
        yield return Case64("mov.b64 d, a; { .reg .b32 s, t; mov.b64 {s, t}, d; mov.b64 d, {t, s}; }", (a, _) => (a << 32) | (a >> 32));
    }

    [TestCaseSource(nameof(Binary32))]
    public void WordInstructionGivesWhatPlainArithmeticGives(string instruction, Func<uint, uint, uint> reference)
    {
        ulong[][] inputs = [.. from a in Words from b in Words select new[] { a, b }];
        ulong[] results = InstructionRunner.Run(instruction, "b32", ["b32", "b32"], inputs);
        Assert.That(results, Is.EqualTo(inputs.Select(x => (ulong)reference((uint)x[0], (uint)x[1]))));
    }

    [TestCaseSource(nameof(Binary64))]
    public void LongInstructionGivesWhatPlainArithmeticGives(string instruction, Func<ulong, ulong, ulong> reference)
    {
        ulong[][] inputs = [.. from a in Longs from b in Longs select new[] { a, b }];
        ulong[] results = InstructionRunner.Run(instruction, "b64", ["b64", "b64"], inputs);
        Assert.That(results, Is.EqualTo(inputs.Select(x => reference(x[0], x[1]))));
    }

    [TestCase("add.s16 d, a, b;", "a+b")]
    [TestCase("mul.lo.s16 d, a, b;", "a*b")]
    [TestCase("max.s16 d, a, b;", "max")]
    [TestCase("min.u16 d, a, b;", "umin")]
    public void ShortInstructionKeepsToSixteenBits(string instruction, string meaning)
    {
        ulong[] values = [0, 1, 2, 0x7FFF, 0x8000, 0x8001, 0xFFFF, 300];
        ulong[][] inputs = [.. from a in values from b in values select new[] { a, b }];
        ulong[] results = InstructionRunner.Run(instruction, "b16", ["b16", "b16"], inputs);
        Assert.That(results, Is.EqualTo(inputs.Select(x => (ulong)(ushort)(meaning switch
        {
            "a+b" => (int)(x[0] + x[1]),
            "a*b" => (int)(x[0] * x[1]),
            "max" => (short)x[0] > (short)x[1] ? (int)x[0] : (int)x[1],
            _ => (int)Math.Min(x[0], x[1]),
        }))));
    }

    [TestCase("setp.lt.s32 d, a, b;")]
    [TestCase("setp.lt.u32 d, a, b;")]
    [TestCase("setp.lt.and.s32 d, a, b, e;")]
    [TestCase("setp.lt.or.s32 d, a, b, !e;")]
    [TestCase("{ .reg .pred p; setp.lt.xor.s32 p|d, a, b, e; }")]
    public void ComparisonCombinesWithAPredicate(string instruction)
    {
        ulong[][] inputs = [.. from a in Words from b in Words from e in new ulong[] { 0, 1 } select new ulong[] { a, b, 0, e }];
        ulong[] results = InstructionRunner.Run(instruction, "pred", ["b32", "b32", "b32", "pred"], inputs);
        Assert.That(results, Is.EqualTo(inputs.Select(x =>
        {
            bool less = instruction.Contains("u32", StringComparison.Ordinal) ? x[0] < x[1] : (int)x[0] < (int)x[1];
            bool e = x[3] != 0;
            bool expected = instruction.Contains(".and.", StringComparison.Ordinal) ? less && e
                : instruction.Contains(".or.", StringComparison.Ordinal) ? less || !e
                : instruction.Contains(".xor.", StringComparison.Ordinal) ? !less ^ e
                : less;
            return expected ? 1ul : 0;
        })));
    }

    private static TestCaseData Case(string instruction, Func<uint, uint, uint> reference) =>
        new TestCaseData(instruction, reference).SetArgDisplayNames(instruction);

    private static TestCaseData Case64(string instruction, Func<ulong, ulong, ulong> reference) =>
        new TestCaseData(instruction, reference).SetArgDisplayNames(instruction);

    private static byte[] Bytes(uint value) => BitConverter.GetBytes(value);

    private static uint Word(byte b0, byte b1, byte b2, byte b3) => BitConverter.ToUInt32([b0, b1, b2, b3]);

    private static byte Sign(byte value) => value >= 128 ? (byte)255 : (byte)0;

    private static uint Highest(uint value) => value == 0 ? uint.MaxValue : (uint)(Convert.ToString((long)value, 2).Length - 1);

    private static ulong HighestLong(ulong value) => (ulong)Enumerable.Range(0, 64).Last(k => (value >> k & 1) != 0);
}
