using System.Net.Sockets;
using Nems.Core.Deliver;
using Polly.Timeout;

namespace Nems.Channels.Webhook;

/// <summary>Tells what a failed exchange was, in our own words; null for what is no failure of the world but a bug.</summary>
internal static class WebhookFaults
{
    private static readonly Answer TimedOut = Unreachable(WebhookReasons.Timeout);

    public static Answer? AnswerOf(Exception fault)
    {
        for (var inner = fault; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case NotDialledException verdict:
                    return verdict.Answer;
                case TimeoutRejectedException or TimeoutException or OperationCanceledException:
                    return TimedOut;
                case SocketException socket when IsOwn(socket.SocketErrorCode):
                    return new Answer(AttemptOutcome.OwnFault, Reason: WebhookReasons.OwnNetwork);
                default:
                    break;
            }
        }

        return fault switch
        {
            HttpRequestException request => Unreachable(ReasonOf(request.HttpRequestError)),
            IOException => Unreachable(WebhookReasons.Ended),
            _ => null,
        };
    }

    private static bool IsOwn(SocketError error) =>
        error is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable or SocketError.AddressNotAvailable or SocketError.NetworkDown;

    private static string ReasonOf(HttpRequestError error)
    {
        switch (error)
        {
            case HttpRequestError.ConnectionError:
            case HttpRequestError.NameResolutionError:
            case HttpRequestError.ProxyTunnelError:
                return WebhookReasons.Connect;
            case HttpRequestError.SecureConnectionError:
                return WebhookReasons.Tls;
            case HttpRequestError.ConfigurationLimitExceeded:
                return WebhookReasons.ReplyTooLarge;
            case HttpRequestError.HttpProtocolError:
            case HttpRequestError.InvalidResponse:
            case HttpRequestError.VersionNegotiationError:
            case HttpRequestError.ExtendedConnectNotSupported:
            case HttpRequestError.UserAuthenticationError:
                return WebhookReasons.Protocol;
            case HttpRequestError.ResponseEnded:
            case HttpRequestError.Unknown:
            default:
                return WebhookReasons.Ended;
        }
    }

    private static Answer Unreachable(string reason) => new(AttemptOutcome.Unreachable, Reason: reason);
}
