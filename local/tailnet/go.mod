module paperclip-on-fly/tailnet

go 1.26.6
