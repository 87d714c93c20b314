using System.Text.Json;
using SpecExecNative.Cli.Reports;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Cli.Diagnosis;

/// <summary>The findings for programs.</summary>
internal static class DoctorJson
{
    public static void Write(TextWriter output, DoctorFindings findings) => JsonOutput.Write(output, json =>
    {
        CudaExamination examination = findings.Examination;
        json.WriteString("driverVersion", examination.DriverVersion?.ToString());
        WriteLookup(json, "driver", examination.Driver);
        json.WriteString("nvrtcVersion", examination.Compiler?.Version.ToString());
        WriteLookup(json, "nvrtc", examination.Nvrtc);
        WriteLookup(json, "cublas", examination.Cublas);
        json.WriteNumber("shippedKernels", ShippedPtx.Instance?.Count ?? 0);
        json.WriteString("kernelCache", findings.CacheFolder);
        json.WriteNumber("kernelCacheBytes", findings.CacheBytes);
        json.WriteOptional("pinnedBytes", findings.PinnedBytes);
        json.WriteStartArray("cards");
        foreach (CudaCard card in examination.Cards)
        {
            WriteCard(json, card, findings.Cards.FirstOrDefault(found => found.Card == card));
        }

        json.WriteEndArray();
        json.WriteStartArray("problems");
        foreach (CudaProblem problem in findings.Problems)
        {
            json.WriteStartObject();
            json.WriteString("problem", problem.What);
            json.WriteString("cure", problem.Cure);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static void WriteCard(Utf8JsonWriter json, CudaCard card, CardFindings? found)
    {
        json.WriteStartObject();
        json.WriteNumber("ordinal", card.Ordinal);
        json.WriteString("name", card.Name);
        json.WriteString("computeCapability", card.Architecture.ToString());
        json.WriteNumber("memoryBytes", card.MemoryBytes);
        json.WriteNumber("multiprocessors", card.Multiprocessors);
        json.WriteString("pciAddress", card.PciAddress);
        json.WriteOptional("linkGeneration", found?.Link?.Generation);
        json.WriteOptional("linkWidth", found?.Link?.Width);
        json.WriteOptional("maxLinkGeneration", found?.Link?.MaxGeneration);
        json.WriteOptional("maxLinkWidth", found?.Link?.MaxWidth);
        json.WriteOptional("toDeviceBytesPerSecond", found?.Rates?.ToDevice);
        json.WriteOptional("toHostBytesPerSecond", found?.Rates?.ToHost);
        json.WriteOptional("kernelsReadySeconds", found?.Kernels?.Time.TotalSeconds);
        json.WriteOptional("kernelsCompiled", found?.Kernels?.Compiled);
        json.WriteEndObject();
    }

    private static void WriteLookup(Utf8JsonWriter json, string name, LibraryLookup lookup)
    {
        json.WriteStartObject(name);
        json.WriteString("path", lookup.Found?.Path);
        json.WriteString("origin", lookup.Found?.Origin);
        json.WriteStartArray("tried");
        foreach (LibraryAttempt attempt in lookup.Attempts.Where(attempt => attempt.Problem is not null))
        {
            json.WriteStringValue($"{attempt.Candidate.Path}: {attempt.Problem}");
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
