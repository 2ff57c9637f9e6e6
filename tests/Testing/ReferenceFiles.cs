using System.Globalization;
using System.Text;

namespace Nems.Testing;

/// <summary>Made-up files of reference data of any size, in the real layouts, made while they are read.</summary>
public static class ReferenceFiles
{
    /// <summary>NEMS_TEST_SCALE: 1 unless set; 100 is the size of the real directory.</summary>
    public static int Scale { get; } = int.Parse(Environment.GetEnvironmentVariable("NEMS_TEST_SCALE") ?? "1", CultureInfo.InvariantCulture);

    /// <summary>A hundredth of the rows of the real directory, times the scale.</summary>
    public static int Rows => 27_000 * Scale;

    private const string Header =
        "pcd,pcd2,pcds,dointr,doterm,oscty,ced,oslaua,osward,parish,usertype,oseast1m,osnrth1m,osgrdind,oshlthau,nhser,ctry,rgn,streg,pcon,eer,teclec,ttwa,pct,itl,"
        + "statsward,oa01,casward,park,lsoa01,msoa01,ur01ind,oac01,oa11,lsoa11,msoa11,wz11,sicbl,bua11,buasd11,ru11ind,oac11,lat,long,lep1,lep2,pfa,imd,calncv,icb,oa21,lsoa21,msoa21";

    /// <summary>The postcode of a row, normalised.</summary>
    public static string Postcode(int row) => string.Create(
        CultureInfo.InvariantCulture, $"{Letter(row / 676_000)}{Letter(row / 26_000)}{row / 2600 % 10}{row / 260 % 10}{row / 26 % 10}{Letter(row)}{Letter(row / 17_576_000)}");

    public static string LocalAuthority(int row, string edition) => string.Create(CultureInfo.InvariantCulture, $"{edition}{row / 7000 % 400:D5}");

    public static string SubLocation(int row) => string.Create(CultureInfo.InvariantCulture, $"E38{row / 25_000 % 106:D6}");

    /// <summary>The layout of the ONS directory in full width. <paramref name="edition"/> is the beginning of every local authority code, four characters.</summary>
    public static IEnumerable<string> Postcodes(int rows, string edition)
    {
        yield return Header;
        for (var row = 0; row < rows; row++)
        {
            var code = Postcode(row);
            var spaced = $"{code[..4]} {code[4..]}";
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"\"{code}\",\"{spaced}\",\"{spaced}\",\"198001\",\"\",\"E99999999\",\"E99999999\",\"{LocalAuthority(row, edition)}\",\"E05011952\",\"E04000001\",\"0\",\"0{385386 + row % 99999}\",\"0801193\",1,\"E18000001\",\"E40000001\",\"E92000001\",\"E12000001\",\"E99999999\",\"E14000001\",\"E15000001\",\"E24000001\",\"E30000001\",\"E16000001\",\"TLM50001\",\"99ZZ00\",\"S00001364\",\"01C30\",\"S99999999\",\"S01000011\",\"S02000007\",\"6\",\"3C2\",\"S00090303\",\"S01006514\",\"S02001237\",\"S34002990\",\"{SubLocation(row)}\",\"S99999999\",\"S99999999\",\"3\",\"1C3\",57.101474,-2.242851,\"S99999999\",\"S99999999\",\"S23000009\",6715,\"S99999999\",\"E54000001\",\"\",\"\",\"\"");
        }
    }

    /// <summary>The lines as a stream that makes them when they are read; a gate may hold it back.</summary>
    public static Stream Stream(IEnumerable<string> lines, Func<long, CancellationToken, ValueTask>? beforeRead = null) => new LineStream(lines.GetEnumerator(), beforeRead);

    private static char Letter(int number) => (char)('A' + number % 26);

    private sealed class LineStream(IEnumerator<string> lines, Func<long, CancellationToken, ValueTask>? beforeRead) : System.IO.Stream
    {
        private byte[] waiting = [];
        private int at;
        private long read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (beforeRead is not null) await beforeRead(read, cancellationToken);
            return Read(buffer.Span);
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            if (at == waiting.Length)
            {
                var text = new StringBuilder();
                while (text.Length < 64 * 1024 && lines.MoveNext()) text.Append(lines.Current).Append("\r\n");
                (waiting, at) = (Encoding.UTF8.GetBytes(text.ToString()), 0);
            }

            var count = Math.Min(buffer.Length, waiting.Length - at);
            waiting.AsSpan(at, count).CopyTo(buffer);
            at += count;
            read += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
