using System.Text.Json;
using SpecExecNative.Cli.Reports;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Kernels.Cuda.Diagnostics;

namespace SpecExecNative.Cli.Doctor;

/// <summary>An examination for programs. Sizes are in bytes, speeds in bytes per second; what is not known is null.</summary>
internal static class DoctorJson
{
    public static void Write(TextWriter output, Examination found) => JsonOutput.Write(output, json =>
    {
        json.WriteBoolean("ready", found.IsReady);
        json.WriteOptional("card", found.Card?.Card.Ordinal);
        json.WriteStartObject("host");
        json.WriteString("cpu", found.Host.Cpu);
        json.WriteNumber("memoryBytes", found.Host.MemoryBytes);
        json.WriteNumber("freeMemoryBytes", found.Host.FreeMemoryBytes);
        json.WriteEndObject();
        WriteDriver(json, found.Cuda.Driver);
        WriteCards(json, found.Cuda.Cards);
        WriteMeasurements(json, found);
        WriteCompiler(json, found.Cuda);
        WriteProblems(json, found.Problems);
    });

    private static void WriteDriver(Utf8JsonWriter json, DriverFacts driver)
    {
        json.WriteStartObject("driver");
        json.WriteString("state", driver.State switch
        {
            DriverState.Missing => "missing",
            DriverState.Failing => "failing",
            DriverState.TooOld => "too old",
            DriverState.NoCard => "no card",
            _ => "ready",
        });
        json.WriteString("path", driver.Path);
        json.WriteString("cuda", driver.CudaVersion?.ToString());
        json.WriteString("release", driver.Release);
        json.WriteString("failure", driver.Failure);
        json.WriteEndObject();
    }

    private static void WriteCards(Utf8JsonWriter json, IReadOnlyList<CardFacts> cards)
    {
        json.WriteStartArray("cards");
        foreach (CardFacts facts in cards)
        {
            CudaCard card = facts.Card;
            json.WriteStartObject();
            json.WriteNumber("ordinal", card.Ordinal);
            json.WriteString("name", card.Name);
            json.WriteString("computeCapability", card.Architecture.ToString());
            json.WriteNumber("multiprocessors", card.Multiprocessors);
            json.WriteNumber("memoryBytes", card.MemoryBytes);
            json.WriteOptional("freeMemoryBytes", facts.FreeBytes);
            json.WriteNumber("maxSharedBytes", card.MaxSharedBytes);
            json.WriteNumber("copyEngines", card.CopyEngines);
            json.WriteString("pciAddress", card.PciAddress);
            WriteLink(json, facts.Link);
            json.WriteBoolean("usable", facts.IsUsable);
            json.WriteString("failure", facts.Failure);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteLink(Utf8JsonWriter json, PcieLink? link)
    {
        if (link is null)
        {
            json.WriteNull("link");
            return;
        }

        json.WriteStartObject("link");
        json.WriteNumber("generation", link.Generation);
        json.WriteNumber("lanes", link.Lanes);
        json.WriteNumber("maxGeneration", link.MaxGeneration);
        json.WriteNumber("maxLanes", link.MaxLanes);
        json.WriteEndObject();
    }

    private static void WriteMeasurements(Utf8JsonWriter json, Examination found)
    {
        json.WriteOptional("hostToDeviceBytesPerSecond", found.Copies?.HostToDevice);
        json.WriteOptional("deviceToHostBytesPerSecond", found.Copies?.DeviceToHost);
        json.WriteOptional("kernelStartSeconds", found.Kernels?.Time.TotalSeconds);
        json.WriteOptional("kernelsCompiled", found.Kernels?.Compiled);
        json.WriteOptional("pinnedBytes", found.Pinned?.GrantedBytes);
        json.WriteOptional("pinnedLimitBytes", found.Pinned?.LimitBytes);
        json.WriteString("pinnedRefusal", found.Pinned?.Refusal);
    }

    private static void WriteCompiler(Utf8JsonWriter json, CudaInspection cuda)
    {
        json.WriteStartObject("nvrtc");
        json.WriteString("path", cuda.Compiler.Path);
        json.WriteString("origin", cuda.Compiler.Origin);
        json.WriteString("version", cuda.Compiler.Version?.ToString());
        json.WriteStartArray("architectures");
        foreach (GpuArchitecture architecture in cuda.Compiler.Architectures)
        {
            json.WriteStringValue(architecture.ToString());
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartObject("cublas");
        json.WriteString("path", cuda.Blas.Path);
        json.WriteString("version", cuda.Blas.Version?.ToString());
        json.WriteEndObject();
        json.WriteStartObject("kernelCache");
        json.WriteString("folder", cuda.Cache.Folder);
        json.WriteNumber("entries", cuda.Cache.Entries);
        json.WriteNumber("bytes", cuda.Cache.Bytes);
        json.WriteBoolean("writable", cuda.Cache.IsWritable);
        json.WriteEndObject();
        json.WriteNumber("shippedKernels", cuda.ShippedKernels);
    }

    private static void WriteProblems(Utf8JsonWriter json, IReadOnlyList<Problem> problems)
    {
        json.WriteStartArray("problems");
        foreach (Problem problem in problems)
        {
            json.WriteStartObject();
            json.WriteString("what", problem.What);
            json.WriteBoolean("blocking", problem.IsBlocking);
            json.WriteStartArray("cures");
            foreach (Cure cure in problem.Cures)
            {
                json.WriteStartObject();
                json.WriteString("where", cure.Where);
                json.WriteString("how", cure.How);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
