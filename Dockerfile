# The server, and nothing that can change itself: not root, and it runs with a read-only root file system.
# The base images can be replaced: --build-arg SDK=… --build-arg RUNTIME=…
ARG SDK=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME=mcr.microsoft.com/dotnet/aspnet:10.0

FROM ${SDK} AS build
WORKDIR /source
# What restores, before what changes: the packages stay in the cache as long as no project file differs.
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY Flags.Core/Flags.Core.csproj Flags.Core/
COPY Flags.Store/Flags.Store.csproj Flags.Store/
COPY Flags.Admin/Flags.Admin.csproj Flags.Admin/
COPY Flags.Api/Flags.Api.csproj Flags.Api/
COPY Flags.Client/Flags.Client.csproj Flags.Client/
COPY Flags.Cli/Flags.Cli.csproj Flags.Cli/
RUN dotnet restore Flags.Api/Flags.Api.csproj && dotnet restore Flags.Cli/Flags.Cli.csproj
COPY Flags.Core Flags.Core
COPY Flags.Store Flags.Store
COPY Flags.Admin Flags.Admin
COPY Flags.Api Flags.Api
COPY Flags.Client Flags.Client
COPY Flags.Cli Flags.Cli
COPY docs/cli.md docs/cli.md
RUN dotnet publish Flags.Api/Flags.Api.csproj --configuration Release --no-restore --output /app \
 && dotnet publish Flags.Cli/Flags.Cli.csproj --configuration Release --no-restore --output /app/cli

FROM ${RUNTIME}
WORKDIR /app
COPY --from=build /app ./
# A number, so that a cluster that demands "not root" can see that it is not.
USER 1654
# The command, for jobs and deploys that run in this image: docker run … flags flags run …
ENV PATH="${PATH}:/app/cli" \
    Flags__Embedded__Download=false \
    ASPNETCORE_HTTP_PORTS=8080 \
    DOTNET_EnableDiagnostics=0 \
    DOTNET_gcServer=0
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 CMD ["dotnet", "Flags.Api.dll", "--healthcheck"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["dotnet", "Flags.Api.dll"]
